// Compiles Python sources for the Python that runs on the phone:  node compile.mjs PYODIDE FROM.zip TO.zip [lean]
// Every .py becomes a .pyc in its place; one that is named in keep.txt stays, with a .pyc in the cache.
// lean: without docstrings and asserts, but for what Pyodide shows of its own.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [home, from, to, lean] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(path.resolve(home, "pyodide.mjs")));
const python = await loadPyodide({ indexURL: path.resolve(home) + path.sep });
python.FS.writeFile("/from.zip", new Uint8Array(fs.readFileSync(from)));
python.globals.set("lean", lean === "lean");
python.runPython(`
import importlib._bootstrap_external as external
import importlib.util
import zipfile

with zipfile.ZipFile("/from.zip") as old, zipfile.ZipFile("/to.zip", "w") as new:
    keep = set(old.read("keep.txt").decode().split())
    for name in sorted(old.namelist()):
        data = old.read(name)
        if name == "keep.txt":
            continue
        if name.endswith(".py"):
            level = 2 if lean and "pyodide" not in name else 0
            code = compile(data, name, "exec", dont_inherit=True, optimize=level)
            packed = external._code_to_hash_pyc(code, importlib.util.source_hash(data), False)
            cached = importlib.util.cache_from_source(name) if name in keep else name + "c"
            new.writestr(zipfile.ZipInfo(cached), packed)
        if not name.endswith(".py") or name in keep:
            new.writestr(zipfile.ZipInfo(name), data)
`);
fs.writeFileSync(to, python.FS.readFile("/to.zip"));
