// The page around the app: it takes every link and form to Python in a worker of its own, and shows
// what comes back. Until Python is there, the plain pages of this folder answer: start, danger, numbers.
"use strict";
(() => {
  const site = JSON.parse(document.getElementById("site").textContent);
  const $ = (what, where = document) => where.querySelector(what);
  const $$ = (what, where = document) => [...where.querySelectorAll(what)];
  const FOLDER = new URL(".", document.baseURI).href;

  // ------------------------------------------------------------------------------------ country
  const remembered = () => { try { return localStorage.getItem("country") || ""; } catch { return ""; } };
  const remember = (code) => { try { code ? localStorage.setItem("country", code) : localStorage.removeItem("country"); } catch { /* not kept */ } };
  const guessed = () => {
    for (const tag of navigator.languages || []) {
      const [language, ...rest] = tag.split("-");
      const region = rest.length ? rest.at(-1).toUpperCase() : "";
      if (site.countries.includes(region)) return region;
      if (site.languages[tag.toLowerCase()]) return site.languages[tag.toLowerCase()];
      if (region && site.languages[language.toLowerCase()]) return "";
    }
    return "";
  };
  const begunBefore = () => { try { return localStorage.getItem("begun") === "1"; } catch { return false; } };
  const noteBegun = (is) => { try { is ? localStorage.setItem("begun", "1") : localStorage.removeItem("begun"); } catch { /* not kept */ } };
  let country = remembered() || site.country || guessed();
  const plain = (name) => site.by_country.includes(name) && country ? `${name}-${country.toLowerCase()}.html` : `${name}.html`;

  // ------------------------------------------------------------------------------------- worker
  const { worker, early } = globalThis.lumbagoWorker;
  const open = new Map();
  let number = 0, ready = false, failed = false, sealed = false;
  const tell = (what) => new Promise((done, fail) => {
    open.set(++number, { done, fail });
    worker.postMessage({ ...what, id: number });
  });
  worker.onerror = (event) => { broke(event.message || "worker"); };
  worker.onmessage = ({ data }) => {
    if (data.ready) began(data.place);
    else if (data.whole) shelve(data.engine);
    else if (data.failed) broke(data.failed);
    else if (data.other) { if (data.other === "gone") { forgotten(); go("/", null, "replace"); } else go(here(), null, "replace"); }
    else {
      const { done, fail } = open.get(data.id);
      open.delete(data.id);
      data.error ? fail(new Error(data.error)) : done(data.answer);
    }
  };

  // --------------------------------------------------------------------------------------- place
  const here = () => {
    if (location.hash.startsWith("#/")) return location.hash.slice(1);
    const name = location.pathname.split("/").pop();
    const found = name.match(/^(danger|emergency|stuck)(?:-[a-z]{2})?\.html$/);
    return found ? `/${found[1]}` : "/";
  };
  const stamp = () => {
    const now = new Date(), off = -now.getTimezoneOffset(), two = (n) => String(Math.abs(n)).padStart(2, "0");
    const local = new Date(now.getTime() + off * 60000).toISOString().slice(0, -1);
    return `${local}${off < 0 ? "-" : "+"}${two(Math.trunc(off / 60))}:${two(off % 60)}`;
  };
  const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

  // ---------------------------------------------------------------------------- before Python
  // What was said on the plain pages; it is handed over with the first step after Python is there.
  const said = { words: null, danger: {}, stuck: null };
  const anything = () => said.words || Object.keys(said.danger).length || said.stuck;
  const fetched = async (name) => {
    const answer = await fetch(new URL(name, FOLDER));
    if (!answer.ok) throw new Error(name);
    return answer.text();
  };
  const ahead = new Map(); // the danger check is asked for before anybody presses the button
  const file = async (name) => await ahead.get(name)?.catch(() => null) ?? fetched(name);
  if (here() === "/") ahead.set(plain("danger"), fetched(plain("danger")));
  const unanswered = () => site.danger.find((id) => !(id in said.danger));
  const doubtful = (fields) => Object.entries(fields).some(([name, value]) => name !== "screen" && ["yes", "unsure"].includes(value));

  const before = async (path, sent) => {
    const [bare] = path.split("?");
    if (bare === "/handed") {
      said.danger[sent.screen] = sent;
      if (doubtful(sent)) return { path: "/alarm", body: await file(plain("alarm")), only: ["alarm", sent.screen] };
      return before("/next");
    }
    if (bare === "/begin") { said.words = sent; return before("/next"); }
    if (bare === "/stuck" && sent) {
      said.stuck = sent;
      const bad = doubtful(sent) || sent.down === "long";
      return bad ? { path: "/stuck", body: await file(plain("still")) } : { path: "/stuck", body: await file("wait.html"), waits: true };
    }
    const next = unanswered();
    const danger = async (id) => ({ path: bare, body: await file(plain("danger")), only: ["danger", id] });
    if (bare === "/danger") return danger(next || site.danger[0]);
    if (bare === "/next" && next && (anything() || !begunBefore())) return danger(next);
    if (bare === "/") return { path: "/", body: await file("index.html") };
    if (bare === "/emergency" || bare === "/stuck") return { path: bare, body: await file(plain(bare.slice(1))) };
    return { path, body: await file("wait.html"), waits: true };
  };

  // ------------------------------------------------------------------------------ with Python
  const OWN = { "/phone/seal": "seal", "/phone/unseal": "unseal", "/phone/lock": "lock", "/phone/open": "open" };
  const look = (path, sent) => {
    const [bare, query = ""] = path.split("?");
    return tell({ do: "ask", path: bare, query: Object.fromEntries(new URLSearchParams(query)), sent,
      now: stamp(), zone: zone(), languages: (navigator.languages || []).join(",") });
  };
  const handOver = async (path, sent) => {
    if (said.stuck) {
      const told = await look("/stuck", said.stuck);
      if (told.locked) return told;
      said.stuck = null;
      if (path.startsWith("/stuck")) return told;
    }
    if (!said.words && !Object.keys(said.danger).length) return null;
    const fields = { ...(said.words || {}) };
    for (const one of Object.values(said.danger)) Object.assign(fields, one);
    if (path === "/handed") Object.assign(fields, sent);
    const told = await look("/handed", fields);
    if (!told.locked) { said.words = null; said.danger = {}; }
    return told;
  };
  const answered = async (path, sent) => {
    if (sent && path in OWN) return owned(path, sent);
    if (path === "/phone/erase") { await tell({ do: "erase" }); forgotten(); return look("/", null); }
    if (path.split("?")[0] === "/danger") return { path, body: await file(plain("danger")), only: ["danger", site.danger[0]] };
    if (sent && path === "/begin" && anything()) said.words = sent;
    const takes = ["/next", "/handed", "/begin", "/stuck"].includes(path);
    const told = takes && anything() ? await handOver(path, sent) : null;
    return told ?? look(path, sent);
  };
  const owned = async (path, sent) => {
    if (path === "/phone/seal") {
      const wrong = sent.pass.length < 8 ? "short" : sent.pass !== sent.again ? "differs" : "";
      const done = !wrong && await tell({ do: "seal", pass: sent.pass });
      if (done) return look("/phone?n=phone_sealed", null);
      for (const one of $$("[data-wrong]")) one.hidden = one.dataset.wrong !== (wrong || "cannot");
      return null;
    }
    const done = await tell({ do: OWN[path], pass: sent.pass });
    if (path === "/phone/open") return done ? (await handOver("/next", null)) ?? look("/", null) : look("/locked?wrong=1", null);
    return look(path === "/phone/lock" ? "/locked" : "/phone?n=phone_opened", null);
  };
  const forgotten = () => { remember(""); noteBegun(false); country = site.country || guessed(); said.words = said.stuck = null; said.danger = {}; };

  // ----------------------------------------------------------------------------------- showing
  let pages = history.state?.n ?? 0, turn = 0, waits = "", chain = Promise.resolve();
  const go = (path, sent = null, how = "push", scroll = 0) => {
    const mine = ++turn;
    const step = async () => {
      if (!sent && mine !== turn) return; // overtaken by a later wish
      document.documentElement.dataset.busy = "yes";
      try {
        const told = ready ? await answered(path, sent) : await before(path, sent);
        if (told) await show(told, path, sent, how, scroll);
      } catch (error) {
        console.error(error);
        await show({ path, body: await file("wait.html"), waits: !ready, broken: true }, path, sent, how, scroll).catch(() => {});
      }
      delete document.documentElement.dataset.busy;
    };
    return chain = chain.then(step);
  };

  const relative = (root) => {
    for (const one of $$("[href^='/'], [src^='/']", root)) {
      const name = one.hasAttribute("href") ? "href" : "src", to = one.getAttribute(name);
      if (/^\/(static|figures)\//.test(to)) one.setAttribute(name, to.slice(1));
      else if (to === "/manifest.webmanifest") one.setAttribute(name, to.slice(1));
      else { one.setAttribute(name, `#${to}`); one.removeAttribute("download"); }
    }
  };
  const sheets = async (page) => {
    const wanted = $$("link[rel=stylesheet]", page).map((one) => one.getAttribute("href").replace(/\?.*/, ""));
    const have = () => $$("link[rel=stylesheet]");
    const loads = wanted.filter((to) => !have().some((one) => one.getAttribute("href").startsWith(to))).map((to) => new Promise((done) => {
      const one = document.createElement("link");
      one.rel = "stylesheet"; one.href = to; one.onload = one.onerror = done;
      document.head.append(one);
    }));
    await Promise.race([Promise.all(loads), new Promise((done) => setTimeout(done, 1500))]);
    return () => { for (const one of have()) if (!wanted.some((to) => one.getAttribute("href").startsWith(to))) one.remove(); };
  };

  const show = async (told, path, sent, how, scroll) => {
    if (told.file) { save(told); return; }
    const page = new DOMParser().parseFromString(told.body, "text/html");
    relative(page);
    const tidy = await sheets(page);
    if (told.only) prune(page, told.only);
    const root = document.documentElement, body = document.body;
    root.className = page.documentElement.className;
    root.lang = page.documentElement.lang;
    document.title = page.title;
    body.className = page.body.className;
    for (const one of [...body.childNodes]) if (one !== bars && one !== voice) one.remove();
    const main = [...page.body.childNodes].filter((one) => one.nodeName !== "SCRIPT");
    body.prepend(...main);
    body.insertBefore(bars, $("main"));
    body.append(voice);
    tidy();
    const stays = sent && told.path === path.split("?")[0] && how === "push";
    if (!stays) mark(told.path, how);
    waits = told.waits ? told.path : "";
    if (told.broken || (failed && told.waits)) failedHere();
    settle(told, how, scroll);
    notices(told.place);
    if ("begun" in told) noteBegun(told.begun);
    if (told.forget) forgotten();
    else if (told.country && told.country !== country) { country = told.country; remember(country); }
    if (lumbago.arrived) lumbago.arrived();
    root.dataset.page = String(Number(root.dataset.page || 0) + 1);
  };
  const mark = (path, how) => {
    if (how === "none") return;
    const to = path === "/" ? location.pathname + location.search : `#${path}`;
    const same = here() === path;
    const n = how === "replace" || same ? history.state?.n ?? 0 : ++pages;
    history[how === "replace" || same ? "replaceState" : "pushState"]({ n }, "", to);
  };
  const settle = (told, how, scroll) => {
    if (how === "quiet") return;
    scrollTo(0, scroll);
    const first = $("#problems") || $("main h1") || $("main");
    if (first && !first.hasAttribute("tabindex")) first.tabIndex = -1;
    first?.focus({ preventScroll: first.id !== "problems" });
    voice.textContent = "";
    const notice = $("main > .notice")?.textContent || "";
    setTimeout(() => { voice.textContent = [document.title, notice].join(". "); }, 50);
  };
  const prune = (page, [kind, id]) => {
    for (const one of $$(`[data-${kind}]`, page)) if (one.dataset[kind] !== id) one.remove();
    for (const one of $$("[data-only-script]", page)) one.hidden = false;
    for (const one of $$("[data-then], noscript", page)) one.remove();
    for (const one of $$(`[data-danger] h1`, page)) one.id = "danger-title";
    const given = said.danger[id] || {};
    for (const [name, value] of Object.entries(given)) { const one = $(`input[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`, page); if (one?.type === "radio") one.setAttribute("checked", ""); }
  };
  const save = (told) => {
    const one = document.createElement("a");
    one.href = URL.createObjectURL(new Blob([told.body], { type: told.kind }));
    one.download = told.file;
    document.body.append(one);
    one.click();
    one.remove();
    setTimeout(() => URL.revokeObjectURL(one.href), 60000);
  };

  // -------------------------------------------------------------------------------- links and forms
  const fieldsOf = async (form, button) => {
    const found = {};
    for (const [name, value] of new FormData(form, button)) {
      const text = typeof value === "string" ? value : await value.text();
      found[name] = name in found ? `${found[name]}\n${text}` : text;
    }
    return found;
  };
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (event.target.closest("[data-reload]")) { location.reload(); return; }
    const link = event.target.closest("a[href]");
    const to = link?.getAttribute("href");
    if (!to || link.target) return;
    const own = to.match(/^(index|danger|emergency|stuck)(?:-([a-z]{2}))?\.html(?:#(\/.*))?$/);
    if (own) {
      event.preventDefault();
      if (own[2]) chosen(own[2].toUpperCase());
      const path = own[3] || (own[1] === "index" ? "/" : `/${own[1]}`);
      if (ready && own[2]) go("/country", { country, back: "/emergency" });
      else go(path);
    } else if (to.startsWith("#/")) { event.preventDefault(); left(); go(to.slice(1)); }
    else if (to.startsWith("#")) {
      const aim = document.getElementById(to.slice(1));
      if (!aim) return;
      event.preventDefault();
      if (aim.tabIndex < 0 && !aim.hasAttribute("tabindex")) aim.tabIndex = -1;
      aim.scrollIntoView();
      aim.focus({ preventScroll: true });
    }
  });
  const chosen = (code) => { country = code; remember(code); };
  const scrolls = new Map(); // how far down each page of the history was left
  const left = () => scrolls.set(history.state?.n ?? 0, Math.round(scrollY));
  document.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    if (event.defaultPrevented) return;
    event.preventDefault(); // no form ever leaves this page; the policy of the page forbids it too
    const path = form.getAttribute("action");
    if (form.closest("[data-danger]") && !whole(form, button)) return;
    left();
    fieldsOf(form, button).then((sent) => go(path, path === "/handed" ? noted(form, sent) : sent));
  });
  // A plain danger screen: every line has an answer, or one of them is yes or not sure.
  const rowsOf = (form) => $$("fieldset.item", form).map((one) => $$("input[type=radio]", one));
  const whole = (form, button) => {
    const open = rowsOf(form).filter((row) => !row.some((one) => one.checked));
    const bad = rowsOf(form).flat().some((one) => one.checked && ["yes", "unsure"].includes(one.value));
    if (button?.name === "none" || bad || !open.length) return true;
    $("[data-open]", form).hidden = false;
    open[0][0].focus();
    return false;
  };
  const noted = (form, sent) => {
    if ("none" in sent) for (const row of rowsOf(form)) sent[row[0].name] ??= "no";
    delete sent.none;
    return sent;
  };
  addEventListener("popstate", (event) => go(here(), null, "none", scrolls.get(event.state?.n ?? 0) || 0));

  // ------------------------------------------------------------------------------------ notices
  const bars = document.createElement("div"), voice = document.createElement("p");
  bars.className = "bars";
  voice.className = "sr";
  voice.setAttribute("aria-live", "polite");
  const bar = (id, text, label, does) => {
    if ($(`[data-bar="${id}"]`, bars)) return;
    const one = document.createElement("div"), line = document.createElement("p");
    one.className = "notice"; one.dataset.bar = id; one.setAttribute("role", "status");
    line.textContent = text;
    one.append(line);
    if (label) {
      const button = document.createElement("button");
      button.type = "button"; button.className = "btn quiet"; button.textContent = label;
      button.addEventListener("click", does);
      one.append(button);
    }
    bars.append(one);
  };
  const notices = (place) => {
    if (!place) return;
    sealed = place.sealed;
    if (place.trouble) bar(place.trouble, site.words[`bar_${place.trouble}`]);
  };

  // ------------------------------------------------------------------------------ beginning
  let touched = false;
  addEventListener("input", () => { touched = true; }, { once: true });
  const began = async (place) => {
    await chain;
    ready = true;
    notices(place);
    if (waits) go(anything() && waits === "/stuck" ? "/stuck" : anything() ? "/next" : waits, null, "replace");
    else if (here() === "/" && !touched && !anything()) go("/", null, "quiet");
    await chain;
    document.documentElement.dataset.ready = "yes";
  };
  // What is fetched already is not fetched again: whatever the app needs comes first.
  const shelve = (engine) => {
    if (!("serviceWorker" in navigator)) return;
    if (!navigator.serviceWorker.controller) navigator.serviceWorker.addEventListener("controllerchange", () => quicken(engine), { once: true });
    navigator.serviceWorker.register(new URL("sw.js", FOLDER)).then((one) => one && watch(one), () => {});
  };
  // A browser keeps the machine code of an engine only if it came through the service worker; the first
  // one came before that was there, so it is compiled once more, for the next visit.
  const quicken = (engine) => WebAssembly.compileStreaming?.(fetch(engine)).catch(() => {});
  const broke = (why) => {
    failed = true;
    console.error(why);
    document.documentElement.dataset.ready = "failed";
    if (waits) failedHere();
  };
  const failedHere = () => {
    for (const one of $$("[data-wait]")) one.hidden = true;
    for (const one of $$("[data-failed]")) one.hidden = false;
  };

  // A new version waits until the person wants it; what they told stays as it is.
  const watch = (registration) => {
    const status = () => navigator.serviceWorker.controller?.postMessage("status");
    navigator.serviceWorker.addEventListener("message", ({ data }) => {
      if (data.waiting) bar("new", site.words.bar_new, site.words.bar_new_go, () => use(registration));
      if (data.used) location.reload();
    });
    const heed = (one) => one?.addEventListener("statechange", () => {
      if (one.state === "installed" && navigator.serviceWorker.controller) bar("new", site.words.bar_new, site.words.bar_new_go, () => use(registration));
    });
    if (registration.waiting && navigator.serviceWorker.controller) bar("new", site.words.bar_new, site.words.bar_new_go, () => use(registration));
    heed(registration.installing);
    registration.addEventListener("updatefound", () => heed(registration.installing));
    status();
    navigator.serviceWorker.addEventListener("controllerchange", shelved);
    if (navigator.serviceWorker.controller) shelved();
    addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") registration.update().catch(() => {}); });
  };
  // The plain pages of the person's country are kept too.
  const shelved = () => { if (country) for (const name of site.by_country) file(plain(name)).catch(() => {}); };
  const use = (registration) => {
    (registration.waiting || registration.active).postMessage("use");
  };

  document.body.insertBefore(bars, $("main"));
  document.body.append(voice);
  for (const one of early) one.type === "error" ? worker.onerror(one) : worker.onmessage(one);
  relative(document);
  const start = here();
  if (location.hash.startsWith("#/") || start !== "/") go(start, null, "quiet");
  document.documentElement.dataset.page = "0";
})();
