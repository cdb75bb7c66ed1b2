/* Long forms save themselves: first in this browser, then on the server; the page always says which.
   POST data-autosave-url {fields, base_version} → {saved_at}. The browser's copy goes when the form is submitted and accepted. */
import {announce, language, make, icon, renewToken, token, word} from "./page.js";
import {asServed, typed} from "./served.js";
import {DRAFTS, leaving} from "./submitted.js";
import {keep as keepForLater} from "./outbox.js";

const PAUSE = 800;
const RETRY = [2000, 5000, 15000, 30000];

/** The browser puts back what a page held that one comes back to: it may have been submitted meanwhile, and is no draft by itself. */
const cameBack = () => performance.getEntriesByType("navigation")[0]?.type === "back_forward";

const clock = (when) => new Intl.DateTimeFormat(language, {hour: "2-digit", minute: "2-digit"}).format(new Date(when));

/** The words of what is chosen in a combo box, since its value alone would say nothing when it is put back. */
function labels(form) {
  const words = {};
  for (const select of form.querySelectorAll("select")) for (const option of select.selectedOptions) if (select.tomselect && option.value) words[option.value] = option.text;
  return words;
}

function put(form, {fields, labels: words = {}}) {
  for (const [name, value] of Object.entries(fields)) {
    for (const element of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (element.type === "checkbox" || element.type === "radio") element.checked = element.value === value;
      else if (element.tomselect) restoreChoice(element.tomselect, value, words);
      else element.value = value;
      element.dispatchEvent(new Event("change", {bubbles: true}));
    }
  }
}

function restoreChoice(control, value, words) {
  const values = [value].flat();
  for (const each of values) if (each && !control.options[each]) control.addOption({value: each, text: words[each] ?? each.replace(/^new:/, "")});
  control.setValue(values, true);
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.key = `${DRAFTS}${document.body.dataset.reader ?? ""}:${form.dataset.autosaveUrl}`;
    this.first = JSON.stringify(cameBack() ? typed(form) : asServed(form));
    this.last = this.first;
    this.tries = 0;
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", () => this.changed());
    form.addEventListener("submit", (event) => { if (!event.defaultPrevented) this.submitted(event); });
    addEventListener("beforeunload", (event) => { if (this.unsaved && !this.keptHere) event.preventDefault(); });
    addEventListener("online", () => { if (this.unsaved) this.send(); });
    this.offer();
    this.changed();  // typed before this script had come
  }

  get place() { return this.form.querySelector("[data-save-state]") ?? document.querySelector("[data-save-state]"); }

  say(text, kind, symbol) {
    if (!this.place) return;
    this.place.className = `save ${kind}`;
    this.place.replaceChildren(...(symbol ? [icon(symbol)] : []), text);
  }

  changed() {
    const now = JSON.stringify(typed(this.form));
    if (now === this.last) return;
    this.last = now;
    this.unsaved = true;
    this.keep(now);
    this.say(word("saving"), "", null);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), PAUSE);
  }

  keep(fields, sent = false) {
    try {
      localStorage.setItem(this.key, JSON.stringify({at: new Date().toISOString(), sent, version: this.version, fields: JSON.parse(fields), labels: labels(this.form)}));
      this.keptHere = true;
    } catch { this.keptHere = false; }
  }

  kept(key = this.key) {
    try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
  }

  /** Where texts wait that are offered and not yet decided on, so that typing on does not write over them. */
  get aside() { return `${this.key}#offered`; }

  async send() {
    const sent = this.last;
    const body = JSON.stringify({fields: JSON.parse(sent), base_version: this.form.elements.version?.value ?? null});
    try {
      const answer = await fetch(this.form.dataset.autosaveUrl, {method: "POST", body, redirect: "manual", headers: {"Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token()}});
      if (!answer.ok) return await this.refused(answer.type === "opaqueredirect" ? 401 : answer.status);
      this.saved(sent, (await answer.json()).saved_at);
    } catch { this.later("offline"); }
  }

  saved(sent, at) {
    this.tries = 0;
    if (sent !== this.last) return;
    this.unsaved = false;
    this.keep(sent, true);
    this.say(word("saved_at", {time: at}), "ok", "cloud-check");
  }

  /** After a session that ended, signing in again in another tab is enough: the page takes the new token and goes on. */
  async refused(status) {
    if ([400, 401, 403].includes(status)) {
      await renewToken();
      this.later("signed_out");
    }
    else if (status >= 500 || status === 429) this.later("offline");
    else this.say(word("refused"), "bad", "cloud-off");
  }

  later(why) {
    this.say(word(why), "bad", "cloud-off");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), RETRY[Math.min(this.tries++, RETRY.length - 1)]);
  }

  /** Without a connection the whole form waits in the outbox, under a token of its own: it counts once, and nothing stands in its way. */
  async submitted(event) {
    if (navigator.onLine || !this.form.dataset.holdable) return this.leaving();
    event.preventDefault();
    const pairs = [...new FormData(this.form, event.submitter)].filter(([name, value]) => typeof value === "string" && name !== "csrf_token" && name !== "once");
    const mark = crypto.randomUUID();
    const label = document.querySelector("h1")?.textContent ?? "";
    const url = this.form.action || location.href;
    await keepForLater({url, pairs: [...pairs, ["once", mark]], label, form: true, page: location.pathname + location.search, key: `${document.body.dataset.reader}\n${mark}`});
    clearTimeout(this.timer);
    this.unsaved = false;
    localStorage.removeItem(this.key);
    location.assign(this.form.dataset.holdable);
  }

  leaving() {
    clearTimeout(this.timer);
    this.keep(JSON.stringify(typed(this.form)), !this.unsaved);
    this.unsaved = false;
    leaving(this.key);
  }

  get version() { return this.form.elements.version?.value ?? ""; }

  /** Text typed over another version than the page shows goes to the server, which compares the two and shows both where they differ. */
  async take(copy, offer) {
    if ((copy.version ?? this.version) === this.version) {
      put(this.form, copy);
      this.decided(copy, offer);
      announce(word("recovered"));
      this.changed();
      return;
    }
    const body = JSON.stringify({fields: copy.fields, base_version: copy.version});
    const answer = await fetch(this.form.dataset.autosaveUrl, {method: "POST", body, redirect: "manual", headers: {"Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token()}}).catch(() => null);
    if (!answer?.ok) { this.say(word("refused"), "bad", "cloud-off"); return; }
    this.decided(copy, offer);
    location.reload();
  }

  /** The texts of this browser that the page does not show: those not yet decided on, and the last one if the server has none since. */
  get others() {
    const drafted = Date.parse(this.form.dataset.draftAt ?? "") || 0;
    const last = this.kept();
    const copies = [...(this.kept(this.aside) ?? []), ...(last && Date.parse(last.at) > drafted ? [last] : [])];
    return copies.filter((copy) => JSON.stringify(copy.fields) !== this.first);
  }

  offer() {
    if (this.form.querySelector("[data-errors]")) return;
    this.waiting = this.others;
    localStorage.removeItem(this.key);
    this.wait();
    for (const copy of this.waiting) this.form.prepend(this.offered(copy));
  }

  wait() {
    if (this.waiting.length === 0) localStorage.removeItem(this.aside);
    else try { localStorage.setItem(this.aside, JSON.stringify(this.waiting)); } catch { /* they are still in their offers */ }
  }

  offered(copy) {
    const take = make("button", {type: "button", class: "btn sm"}, word("recover_yes"));
    const drop = make("button", {type: "button", class: "btn sm quiet"}, word("recover_no"));
    const offer = make("div", {class: "recover", role: "status"}, icon("history"), make("span", {class: "grow"}, word("recover", {time: clock(copy.at)})), take, drop);
    take.addEventListener("click", () => this.take(copy, offer));
    drop.addEventListener("click", () => this.decided(copy, offer));
    return offer;
  }

  decided(copy, offer) {
    this.waiting = this.waiting.filter((each) => each !== copy);
    this.wait();
    offer.remove();
  }
}

export function enliven(root) {
  for (const form of root.querySelectorAll("form[data-autosave-url]")) {
    if (form.dataset.ready) continue;
    form.dataset.ready = "1";
    new Autosave(form);
  }
}
