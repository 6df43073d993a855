// Keeps every file of one version at hand, so that all of it works without a connection.
// A newer version is fetched and waits: what is in use changes only when the person says so.
"use strict";
const VERSION = "__VERSION__";
const CORE = __CORE__;
const OTHERS = __OTHERS__; // kept once they were asked for
const USE = "lumbago-use";
const shelf = (version) => `lumbago-${version}`;
const at = (path) => new URL(path, registration.scope).href;
// The engine comes packed and is kept unpacked, as the worker wants it.
const keptAs = (path) => path.replace(/\.wasm\.gz$/, ".wasm");
const toKeep = (path, answer) => keptAs(path) === path ? answer
  : new Response(answer.body.pipeThrough(new DecompressionStream("gzip")), { headers: { "Content-Type": "application/wasm" } });

// The version in use: the one agreed to, while all of it is still there.
const inUse = async () => {
  const said = await (await caches.open(USE)).match(at("use"));
  const version = said ? await said.text() : "";
  if (version && await caches.has(shelf(version)) && await (await caches.open(shelf(version))).match(at("index.html"))) return version;
  return "";
};
const agree = async () => (await caches.open(USE)).put(at("use"), new Response(VERSION));

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const own = await caches.open(shelf(VERSION));
  await Promise.all(CORE.map(async (path) => {
    const key = at(keptAs(path));
    if (await own.match(key)) return;
    const known = path.startsWith("python/") ? await caches.match(key) : null; // its name is its content
    if (known) return own.put(key, known);
    const answer = await fetch(at(path), { cache: "no-cache" });
    if (!answer.ok) throw new Error(path);
    await own.put(key, toKeep(path, answer));
  }));
  if (!await inUse()) { await agree(); await self.skipWaiting(); }
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  const used = await inUse();
  const stay = [USE, shelf(VERSION), shelf(used || VERSION)];
  for (const name of await caches.keys()) if (name.startsWith("lumbago-") && !stay.includes(name)) await caches.delete(name);
  await self.clients.claim();
})()));

self.addEventListener("message", (event) => event.waitUntil((async () => {
  if (event.data === "status") event.source?.postMessage({ waiting: ![VERSION, ""].includes(await inUse()) });
  if (event.data === "use") {
    await agree();
    await self.skipWaiting();
    for (const name of await caches.keys()) if (name.startsWith("lumbago-") && ![USE, shelf(VERSION)].includes(name)) await caches.delete(name);
    for (const one of await self.clients.matchAll({ includeUncontrolled: true, type: "window" })) one.postMessage({ used: VERSION });
  }
})()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || !url.href.startsWith(registration.scope)) return;
  event.respondWith((async () => {
    const bare = url.href.split(/[?#]/)[0];
    const path = bare.slice(registration.scope.length) || "index.html";
    const version = await inUse();
    const own = version ? await caches.open(shelf(version)) : null;
    const hit = await own?.match(at(path));
    if (hit) return hit;
    try {
      const answer = await fetch(event.request);
      if (answer.ok && version === VERSION && OTHERS.includes(path)) await own.put(at(path), answer.clone());
      return answer;
    } catch (error) {
      const general = path.replace(/-[a-z]{2}\.html$/, ".html");
      const rest = event.request.mode === "navigate" || general !== path ? await own?.match(at(general)) || await own?.match(at("index.html")) : null;
      if (rest) return rest;
      throw error;
    }
  })());
});
