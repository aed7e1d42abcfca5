// Keeps /periksa, its files and the published lists, so that codes can be checked without internet. Nothing else.
"use strict";
const edition = new URL(location.href).searchParams.get("e") ?? "";
const KEPT = `periksa ${edition}`;
const NAMES = ["tte.css", "tte.js", "flower.svg", "seal.js", "sealpage.js", "sealparts.js", "scan.js", "atkinson-hyperlegible-next.woff2"];
const JUDGING = ["pdfcheck", "onesignature", "pdfsyntax", "cms", "certificates", "signaturevalue", "der"];
const FILES = ["pdfpage.js", ...JUDGING.map((name) => `${name}.js`)];
const ANCHORS = "/.well-known/tte/anchors";
const KEYS = "/.well-known/tte/keys";
const STATUS = "/.well-known/tte/status/";
const SCANNER = "/periksa-scanner.js"; // kept by the page, where the browser has no decoder of its own
const period = Math.floor((Date.now() / 3600000 + 9) / 24 / 32); // days are those of the east of Indonesia

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(forget()));

async function keep() {
  const kept = await caches.open(KEPT);
  await kept.addAll(["/periksa", ...[...NAMES, ...FILES].map((name) => `/static/${edition}/${name}`)]);
  const lists = [ANCHORS, KEYS, ...[period, period - 1, period - 2].map((one) => STATUS + one)];
  await Promise.all(lists.map((list) => kept.add(list).catch(() => {}))); // an office may have none yet
  await self.skipWaiting();
}

async function forget() {
  for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith("/static/")) event.respondWith(kept(event.request, true));
  if (["/periksa", SCANNER, ANCHORS, KEYS].includes(pathname) || pathname.startsWith(STATUS)) event.respondWith(kept(event.request, false));
});

async function kept(request, first) {
  const cache = await caches.open(KEPT), path = new URL(request.url).pathname;
  const found = await cache.match(path);
  if (first && found) return found;
  try {
    const answer = await fetch(request);
    if (answer.ok && !first) await cache.put(path, answer.clone());
    return answer;
  } catch (away) {
    if (found) return found;
    throw away;
  }
}
