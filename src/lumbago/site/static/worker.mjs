// Python in a worker of its own: a request in, a page out. Nothing is asked of anybody else.
import * as keep from "./keep.mjs";
import { loadPyodide } from "PYODIDE/pyodide.mjs";

const FILES = { wasm: "WASM", lib: "LIB", app: "APP", rest: "REST" };
const SHELF = "lumbago-VERSION";
const OPEN_TO_ALL = ["/emergency", "/offline", "/locked", "/away"];
const at = (path) => new URL(`../${path}`, import.meta.url).href;

const asked = globalThis.fetch.bind(globalThis);

// What was fetched once is put where the service worker looks, so that nothing is fetched twice.
const fetched = async (path) => {
  const shelf = await (async () => caches.open(SHELF))().catch(() => null);
  const hit = await shelf?.match(at(path)).catch(() => null);
  if (hit) return hit;
  const answer = await asked(at(path));
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  if (shelf) shelf.put(at(path), answer.clone()).catch(() => {});
  return answer;
};

// The large files are sent packed, so that any host will do.
const unpacked = async (path) => {
  const answer = await path;
  return answer.body.pipeThrough(new DecompressionStream("gzip"));
};
// The engine is compiled while it arrives, and kept unpacked: a browser keeps what it made of an
// answer that the service worker gives, and then need not compile it again.
const wasm = { headers: { "Content-Type": "application/wasm" } };
// Once nearly all of it is there, lumbago itself is asked for: Python then begins without pausing the line.
const NEARLY = 200000;
let came;
const nearly = new Promise((done) => { came = done; });
const compiling = async () => {
  const path = FILES.wasm.replace(/\.gz$/, "");
  const shelf = await (async () => caches.open(SHELF))().catch(() => null);
  const hit = await shelf?.match(at(path)).catch(() => null);
  if (hit) {
    came();
    const answer = await asked(at(path)).catch(() => hit);
    return answer.ok ? answer : hit;
  }
  const answer = await asked(at(FILES.wasm));
  if (!answer.ok) throw new Error(`${FILES.wasm}: ${answer.status}`);
  let left = Number(answer.headers.get("content-length")) || Infinity;
  const counted = answer.body.pipeThrough(new TransformStream({
    transform: (part, on) => { on.enqueue(part); left -= part.byteLength; if (left < NEARLY) came(); },
    flush: () => came(),
  }));
  const [now, later] = counted.pipeThrough(new DecompressionStream("gzip")).tee();
  if (shelf) shelf.put(at(path), new Response(later, wasm)).catch(() => {});
  else later.cancel().catch(() => {});
  return new Response(now, wasm);
};
const engine = compiling();
const library = fetched(FILES.lib);
const app = nearly.then(() => fetched(FILES.app));
globalThis.fetch = async (what, how) => {
  const address = String(what.url ?? what);
  if (address === at(FILES.lib)) return new Response(await unpacked(library));
  return address.endsWith("pyodide.asm.wasm") ? engine : asked(what, how);
};

const begin = async () => {
  const home = at("PYODIDE_HOME/");
  const python = await loadPyodide({
    indexURL: home,
    stdLibURL: at(FILES.lib),
    lockFileContents: LOCK,
    packageBaseUrl: home,
    checkAPIVersion: false,
  });
  const unpack = async (file) => {
    python.unpackArchive(await new Response(await unpacked(file)).arrayBuffer(), "zip", { extractDir: "/app" });
  };
  await unpack(app);
  const answer = python.runPython(`
import gc, sys
gc.disable()  # nothing of what is loaded now ever goes
sys.path.insert(0, "/app")
import json, secrets
from pathlib import Path
import lumbago
from lumbago.phone import Phone
from lumbago.screens.clinic import Clinic
clinic = Clinic(**json.loads(Path("/app/clinic.json").read_text()))
phone = Phone(lumbago.load(), lambda: secrets.token_hex(10), clinic)
gc.freeze()
gc.enable()
phone.reply
`);
  const later = async () => {
    await unpack(fetched(FILES.rest));
    python.runPython("import sys; sys.path_importer_cache.clear()"); // what was not there may be now
  };
  return { answer, later };
};

// What no first page needs comes once the app is there.
let whole = false, coming = null;
const bring = () => coming ??= reply.then(({ later }) => later()).then(() => { whole = true; })
  .catch((error) => { coming = null; throw error; });
const answered = async (request) => {
  const { answer } = await reply;
  try { return answer(request); } catch (error) {
    if (whole) throw error;
    await bring();
    return answer(request);
  }
};

const reply = begin();
reply.then(async () => {
  postMessage({ ready: true, place: await keep.place() });
  await bring().catch(() => {}); // whoever needs it tries again
  postMessage({ whole: true, engine: at(FILES.wasm.replace(/\.gz$/, "")) });
},
  (error) => postMessage({ failed: String(error).slice(0, 2000) }));

let other = null;
try { other = new BroadcastChannel("lumbago"); } catch { /* no other windows to speak to */ }
if (other) other.onmessage = (event) => {
  if (event.data === "lock") keep.lock();
  postMessage({ other: event.data }); };

const ask = async (request) => {
  const now = await keep.read();
  const place = await keep.place();
  if (now.locked && request.path === "/phone/erase") return { gone: await gone() };
  const closed = now.locked && !OPEN_TO_ALL.includes(request.path) && !request.path.startsWith("/believe");
  const wanted = closed ? { ...request, path: "/locked", sent: null, query: {} } : request;
  const told = JSON.parse(await answered(JSON.stringify({ ...wanted, kept: now.text ?? null, place })));
  if (told.forget) await gone();
  else if ("kept" in told && !now.locked) await keep.write(told.kept);
  if ("kept" in told) told.begun = told.kept !== null;
  delete told.kept;
  return { ...told, locked: closed, place: await keep.place() };
};
const gone = async () => { await keep.erase(); other?.postMessage("gone"); return true; };

const does = {
  ask,
  seal: ({ pass }) => keep.seal(pass),
  unseal: () => keep.unseal(),
  open: ({ pass }) => keep.open(pass),
  lock: () => { keep.lock(); other?.postMessage("lock"); return true; },
  erase: gone,
};

// One request at a time over all windows: each reads what the one before it wrote.
const alone = async (what) => {
  let begun = false;
  try {
    return await navigator.locks.request("lumbago", () => { begun = true; return what(); });
  } catch (error) {
    if (begun) throw error;
    return what(); // this browser has no locks, or none for pages that may keep nothing
  }
};
let last = Promise.resolve();
onmessage = ({ data }) => {
  last = last.then(() => data.do === "ask" ? reply : null).then(() => alone(() => does[data.do](data))).then(
    (answer) => postMessage({ id: data.id, answer }),
    (error) => postMessage({ id: data.id, error: String(error).slice(0, 2000) }),
  );
};
