// Keeps the danger check, the emergency card and the current plan at hand without a connection.
// A plan is kept no longer than it holds, and goes with everything that is sent. Answers are never kept.
"use strict";
const SHELF = "lumbago-ASSETS", PLAN = "lumbago-plan";
const KEPT = ["/offline", "/emergency", "/static/look.css?ASSETS", "/static/app.js?ASSETS", "/static/mark.svg"];
const PARTS = ["/plan", "/plan/today", "/plan/week", "/plan/later", "/plan/after"];
const UNTIL = "X-Keep-Until";
self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELF).then((shelf) => shelf.addAll(KEPT)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((n) => n !== SHELF && n !== PLAN).map((n) => caches.delete(n)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

async function keepPlan(path, answer) {
  const shelf = await caches.open(PLAN);
  const put = async (at, page) => {
    if (!page.ok || page.redirected || !page.headers.get(UNTIL)) return;
    const styles = [...(await page.clone().text()).matchAll(/href="(\/figures\/[\w.?-]+)"/g)].map((m) => m[1]);
    await shelf.put(at, page);
    await Promise.all(styles.map(async (s) => { if (!(await shelf.match(s))) await shelf.add(s); }));
  };
  await put(path, answer);
  await Promise.all(PARTS.map(async (p) => { if (!(await shelf.match(p))) await put(p, await fetch(p)); }));
}

async function withoutUs(path) {
  const page = await (await caches.open(PLAN)).match(path);
  if (page && Number(page.headers.get(UNTIL)) > Date.now()) {
    const text = (await page.text()).replaceAll(" data-kept hidden", " data-kept");
    return new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": page.headers.get("Content-Security-Policy") } });
  }
  return caches.match(path === "/emergency" ? "/emergency" : "/offline");
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin) return;
  const kept = url.pathname === "/emergency" || url.pathname === "/offline";
  if (event.request.mode === "navigate") {
    const going = fetch(event.request);
    if (event.request.method === "POST") event.waitUntil(caches.delete(PLAN));
    // A new country or text size: the pages kept for later must say the same.
    if (["/country", "/settings"].includes(url.pathname)) {
      event.waitUntil(going.then(() => caches.open(SHELF)).then((shelf) => shelf.addAll(KEPT)).catch(() => {}));
    }
    event.respondWith(going.then((answer) => {
      if (event.request.method === "GET" && answer.ok) {
        if (kept) { const copy = answer.clone(); caches.open(SHELF).then((shelf) => shelf.put(url.pathname, copy)); }
        if (answer.headers.get(UNTIL)) event.waitUntil(keepPlan(url.pathname, answer.clone()).catch(() => {}));
      }
      return answer;
    }).catch(() => withoutUs(url.pathname)));
  } else if (event.request.method === "GET" && url.pathname.startsWith("/static/")) {
    event.respondWith(caches.match(event.request).then((hit) => hit || fetch(event.request)));
  } else if (event.request.method === "GET" && url.pathname.startsWith("/figures/")) {
    event.respondWith(fetch(event.request).catch(() => caches.match(event.request)));
  }
});
