// Keeps the danger check and the emergency card at hand without a connection. Answers are never kept.
"use strict";
const SHELF = "lumbago-ASSETS";
const KEPT = ["/offline", "/emergency", "/static/look.css?ASSETS", "/static/mark.svg"];
self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELF).then((shelf) => shelf.addAll(KEPT)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((n) => n !== SHELF).map((n) => caches.delete(n)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin) return;
  const kept = url.pathname === "/emergency" || url.pathname === "/offline";
  if (event.request.mode === "navigate") {
    const going = fetch(event.request);
    // A new country or text size: the pages kept for later must say the same.
    if (["/country", "/settings"].includes(url.pathname)) {
      event.waitUntil(going.then(() => caches.open(SHELF)).then((shelf) => shelf.addAll(KEPT)).catch(() => {}));
    }
    event.respondWith(going.then((answer) => {
      if (kept && answer.ok && event.request.method === "GET") { const copy = answer.clone(); caches.open(SHELF).then((shelf) => shelf.put(url.pathname, copy)); }
      return answer;
    }).catch(() => caches.match(url.pathname === "/emergency" ? "/emergency" : "/offline")));
  } else if (event.request.method === "GET" && url.pathname.startsWith("/static/")) {
    event.respondWith(caches.match(event.request).then((hit) => hit || fetch(event.request)));
  }
});
