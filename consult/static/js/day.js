/* Prepare my day: on request, and only then, the pages of today and tomorrow are stored in this browser, for one person; they go when that
   person signs out, or when somebody else signs in. */
import {make, word} from "./page.js";
import {everything, reader} from "./outbox.js";

const DAY = "consult-day", STATIC = "consult-static", NOTE = "consult.day";

export const possible = "serviceWorker" in navigator && "caches" in globalThis && globalThis.isSecureContext;

/** What is stored, for whom and since when; null where nothing is. */
export function stored() {
  try { return JSON.parse(localStorage.getItem(NOTE)); } catch { return null; }
}

/** Forget every stored page. What waits to be sent is not touched. */
export async function forget() {
  localStorage.removeItem(NOTE);
  if (!possible) return;
  await Promise.all([caches.delete(DAY), caches.delete(STATIC)]);
  for (const each of await navigator.serviceWorker.getRegistrations()) await each.unregister();
}

/** Renew a stored page, so that it shows later what is saved now. */
export async function renew(address) {
  if (!possible || !stored()) return;
  const day = await caches.open(DAY);
  if (!(await day.match(address))) return;
  const answer = await fetch(address, {headers: {Accept: "text/html"}}).catch(() => null);
  if (answer?.ok && !answer.redirected) await day.put(address, answer);
}

async function put(name, addresses, said) {
  const cache = await caches.open(name);
  for (const address of addresses) {
    const answer = await fetch(address, {headers: {Accept: "text/html,*/*"}});
    if (!answer.ok || answer.redirected) throw new Error(address);
    await cache.put(address, answer);
    said();
  }
}

class Day {
  constructor(place) {
    this.place = place;
    this.state = place.querySelector("[data-day-state]");
    this.bar = place.querySelector("progress");
    this.start = place.querySelector("[data-day-store]");
    this.end = place.querySelector("[data-day-forget]");
    this.start.addEventListener("click", () => this.store());
    this.end.addEventListener("click", () => this.drop());
    if (location.hash === "#not-stored") place.before(make("div", {class: "note warn", role: "alert"}, make("div", {}, word("not_stored"))));
    this.show();
  }

  async store() {
    const pages = JSON.parse(this.place.dataset.pages), files = JSON.parse(this.place.dataset.files);
    this.start.disabled = true;
    Object.assign(this.bar, {hidden: false, max: pages.length + files.length, value: 0});
    try {
      await navigator.serviceWorker.register(this.place.dataset.worker, {scope: this.place.dataset.scope});
      await forgetOthers();
      await caches.delete(DAY);
      await put(STATIC, files, () => { this.bar.value += 1; });
      await put(DAY, pages, () => { this.bar.value += 1; });
      localStorage.setItem(NOTE, JSON.stringify({reader, at: this.place.dataset.at, day: this.place.dataset.day, pages: pages.length}));
      navigator.storage?.persist?.();
    } catch { this.failed = true; }
    this.bar.hidden = true;
    this.start.disabled = false;
    this.show();
  }

  async drop() { await forget(); this.show(); }

  async show() {
    const kept = stored();
    const waiting = (await everything()).filter((entry) => entry.reader === reader).length;
    this.end.hidden = !kept;
    this.start.hidden = !possible;
    const told = !possible ? word("day_impossible") : this.failed ? word("day_failed") : kept ? word("day_stored", {time: kept.at, n: kept.pages}) : word("day_nothing");
    this.state.className = `save ${this.failed ? "bad" : kept ? "ok" : ""}`;
    this.state.textContent = waiting ? `${told} ${word("day_waiting", {n: waiting})}` : told;
    this.failed = false;
  }
}

/** Stored pages of somebody else are nobody's business. */
export async function forgetOthers() {
  const kept = stored();
  if (kept && reader && kept.reader !== reader) await forget();
}

export function enliven(root) {
  const place = root.querySelector("[data-day]");
  if (!place || place.dataset.ready) return;
  place.dataset.ready = "1";
  new Day(place);
}
