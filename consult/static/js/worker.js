/* The service worker: while there is no connection it hands out the pages that *Prepare my day* stored, and nothing else. It stores nothing
   by itself: a page that was prepared is renewed when it is opened, what was not prepared is never kept. */
const DAY = "consult-day", STATIC = "consult-static";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const addressOf = (request) => { const url = new URL(request.url); return url.pathname + url.search; };

async function page(request) {
  const day = await caches.open(DAY);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected && await day.match(addressOf(request))) await day.put(addressOf(request), answer.clone());
    return answer;
  } catch (error) {
    const stored = await day.match(addressOf(request)) ?? await day.match(new URL(request.url).pathname);
    if (stored) return stored;
    const home = (await day.keys()).find((each) => new URL(each.url).pathname.endsWith("/interviews/day"));
    if (home) return Response.redirect(`${new URL(home.url).pathname}#not-stored`, 302);
    throw error;
  }
}

async function file(request) {
  return await (await caches.open(STATIC)).match(request, {ignoreSearch: true}) ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const {request} = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (url.pathname.includes("/static/")) event.respondWith(file(request));
});
