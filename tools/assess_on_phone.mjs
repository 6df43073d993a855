// The assessments of cases by the Python and the files that a built site carries:
//   node tools/assess_on_phone.mjs SITE PYODIDE CASES.ndjson
// prints the line that `lumbago assess --ndjson` prints for each case.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import zlib from "node:zlib";
import { pathToFileURL } from "node:url";

const [site, home, cases] = process.argv.slice(2).map((one) => path.resolve(one));
const worker = fs.readFileSync(path.join(site, "static/worker.mjs"), "utf8");
const named = (what) => path.join(site, worker.match(new RegExp(`${what}: "([^"]+)"`))[1]);
const unpacked = (what) => new Uint8Array(zlib.gunzipSync(fs.readFileSync(named(what))));
const library = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "lumbago-")), "library.zip");
fs.writeFileSync(library, unpacked("lib"));
const { loadPyodide } = await import(pathToFileURL(path.join(home, "pyodide.mjs")));
const python = await loadPyodide({ indexURL: home + path.sep, stdLibURL: library });
fs.rmSync(path.dirname(library), { recursive: true });
for (const part of ["app", "rest"]) python.unpackArchive(unpacked(part), "zip", { extractDir: "/app" });
python.globals.set("lines", fs.readFileSync(cases, "utf8"));
process.stdout.write(python.runPython(`
import sys
sys.path.insert(0, "/app")
import lumbago
from lumbago.fields import dumps, loads
from lumbago.wire import assessment_json, case_of
knowledge = lumbago.load()
"".join(
    dumps(assessment_json(knowledge, lumbago.assess(knowledge, case_of(loads(line))))) + "\\n"
    for line in lines.splitlines()
)
`));
