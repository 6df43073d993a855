// Python begins to load before anything else of the page is looked at; the page takes the worker over.
"use strict";
{
  const worker = new Worker(new URL("worker.mjs", document.currentScript.src), { type: "module" });
  const early = []; // what it says before the page listens
  worker.onmessage = (event) => early.push(event);
  worker.onerror = (event) => early.push(event);
  globalThis.lumbagoWorker = { worker, early };
}
