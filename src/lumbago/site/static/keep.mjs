// What is kept of the person, in this browser's own database: as it is, or sealed with a passphrase.
// The key is made from the passphrase and lives in this worker alone; it is never written anywhere.

const BASE = "lumbago", SHELF = "kept", KEY = "record";
const ROUNDS = 600000; // PBKDF2 with SHA-256

let key = null; // the key of a sealed record, while it is open
let salt = null;
let memory = null; // {text} once the browser keeps nothing: what is told lives here alone
let trouble = ""; // "denied" or "full"

const opened = () => new Promise((done, fail) => {
  const asked = indexedDB.open(BASE, 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(SHELF);
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => fail(asked.error);
  asked.onblocked = () => fail(new Error("blocked"));
});

const with_ = async (mode, what) => {
  const base = await opened();
  try {
    return await new Promise((done, fail) => {
      const turn = base.transaction(SHELF, mode, mode === "readwrite" ? { durability: "strict" } : {});
      const asked = what(turn.objectStore(SHELF));
      turn.oncomplete = () => done(asked.result);
      turn.onabort = turn.onerror = () => fail(turn.error || asked.error);
    });
  } finally { base.close(); }
};

const keyOf = async (pass, grain) => {
  const words = new TextEncoder().encode(pass.normalize("NFKC"));
  const raw = await crypto.subtle.importKey("raw", words, "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: grain, iterations: ROUNDS };
  return crypto.subtle.deriveKey(how, raw, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
};

const bound = new TextEncoder().encode("lumbago record 1");
const sealed = async (text) => {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv, additionalData: bound };
  const data = await crypto.subtle.encrypt(how, key, new TextEncoder().encode(text));
  return { sealed: 1, rounds: ROUNDS, salt, iv, data };
};
const unsealed = async (found, by) => {
  const how = { name: "AES-GCM", iv: found.iv, additionalData: bound };
  return new TextDecoder().decode(await crypto.subtle.decrypt(how, by, found.data));
};

// To look whether something is there must not make the database.
const there = async () => {
  if (!indexedDB.databases) return true;
  return (await indexedDB.databases()).some((one) => one.name === BASE);
};
const found = async () => {
  if (memory) return memory.text === null ? null : { text: memory.text };
  try { if (!await there()) return null; return (await with_("readonly", (shelf) => shelf.get(KEY))) ?? null; }
  catch { memory = { text: null }; trouble = "denied"; return null; }
};

/** What is kept: {text} (null: nothing), or {locked: true} while a passphrase is missing. */
export const read = async () => {
  const kept = await found();
  if (kept === null) { key = salt = null; return { text: null }; }
  if (!kept.sealed) { key = salt = null; return { text: kept.text }; }
  if (key === null) return { locked: true };
  try { return { text: (await unsealed(kept, key)) || null }; }
  catch { key = salt = null; return { locked: true }; } // another window set another passphrase
};

/** Keep a text. Where the browser refuses, it lives in memory from then on. */
export const write = async (text) => {
  if (memory) { memory = { text }; return; }
  try {
    const value = key ? await sealed(text ?? "") : { text };
    if (text === null && !key && !await there()) return;
    await with_("readwrite", (shelf) => text === null && !key ? shelf.delete(KEY) : shelf.put(value, KEY));
  } catch (error) {
    memory = { text };
    trouble = error?.name === "QuotaExceededError" ? "full" : "denied";
  }
};

/** Seal what is kept with a passphrase. False where it cannot be. */
export const seal = async (pass) => {
  const now = await read();
  if (memory || now.locked || !crypto.subtle) return false;
  salt = crypto.getRandomValues(new Uint8Array(16));
  key = await keyOf(pass, salt);
  await write(now.text);
  return true;
};

/** Keep it without a passphrase again. */
export const unseal = async () => {
  const now = await read();
  if (now.locked) return false;
  key = salt = null;
  await write(now.text);
  return true;
};

/** Open a sealed record. False: that is not the passphrase. */
export const open = async (pass) => {
  const kept = await found();
  if (!kept?.sealed) return true;
  const tried = await keyOf(pass, kept.salt);
  try { await unsealed(kept, tried); } catch { return false; }
  key = tried;
  salt = kept.salt;
  return true;
};

export const lock = () => { key = null; };

/** Everything is gone: the database itself is deleted. */
export const erase = () => new Promise((done) => {
  key = salt = null;
  if (memory) memory = { text: null };
  try {
    const asked = indexedDB.deleteDatabase(BASE);
    asked.onsuccess = asked.onerror = () => done();
  } catch { done(); }
});

/** How things are kept here. */
export const place = async () => {
  const kept = await found();
  const lasting = await navigator.storage?.persisted?.().catch(() => false);
  return { kept: !memory, sealed: Boolean(kept?.sealed), lasting: Boolean(lasting), trouble };
};
