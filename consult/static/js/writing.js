/* The page of an interview that follows a guide: every answer saves itself, first in this browser, then on the server.
   A part is an element [data-save-url] with its fields; the server answers {version, at, dealt} and the page says how things stand. */
import {announce, icon, make, word} from "./page.js";
import {drop, everything, keep, keyOf, mine, reader, send} from "./outbox.js";
import {renew} from "./day.js";
import {cleanPastes} from "./pasted.js";
import {follow} from "./asked.js";
import {bind} from "./writing_keys.js";
import {timer} from "./timer.js";
import {Files} from "./answer_files.js";

const TYPING = 1500, CHOSEN = 150, RETRY = [2000, 5000, 15000, 30000];
const pairsOf = (part) => [...part.querySelectorAll("input, select, textarea")].filter((each) => each.name && !each.disabled && each.type !== "file").flatMap((each) => {
  if (["checkbox", "radio"].includes(each.type)) return each.checked ? [[each.name, each.value]] : [];
  return each.multiple ? [...each.selectedOptions].map((option) => [each.name, option.value]) : [[each.name, each.value]];
});
const written = (part) => JSON.stringify(pairsOf(part).filter(([name]) => !name.endsWith("-seen") && name !== "version"));

/** Put fields into a part as the server or this browser holds them. */
function fill(part, pairs, labels = {}) {
  const given = Map.groupBy ? Map.groupBy(pairs, ([name]) => name) : pairs.reduce((map, pair) => map.set(pair[0], [...(map.get(pair[0]) ?? []), pair]), new Map());
  for (const each of part.querySelectorAll("input, select, textarea")) {
    if (!each.name || each.type === "file") continue;
    const values = (given.get(each.name) ?? []).map(([, value]) => value);
    if (["checkbox", "radio"].includes(each.type)) each.checked = values.includes(each.value);
    else if (each.tomselect) {
      for (const value of values) if (value && !each.tomselect.options[value]) each.tomselect.addOption({value, text: labels[value] ?? value.replace(/^new:/, "")});
      each.tomselect.setValue(each.multiple ? values : values[0] ?? "", true);
    } else each.value = values[0] ?? "";
  }
}

class Part {
  constructor(element, page) {
    Object.assign(this, {element, page, tries: 0, last: written(element)});
    this.said = element.querySelector("[data-part-state]") ?? element.appendChild(make("p", {class: "part-state", "data-part-state": true, role: "status"}));
    element.addEventListener("input", (event) => this.changed(event));
    element.addEventListener("change", (event) => this.changed(event));
  }

  get url() { return this.element.dataset.saveUrl; }

  get seen() { return this.element.querySelector("[data-seen]"); }

  /** A value and a reason why there is none exclude each other: the one that was touched last stands. */
  exclude(target) {
    if (!target?.name) return;
    const missing = [...this.element.querySelectorAll("[data-missing]")];
    if (target.matches("[data-missing]")) {
      for (const other of missing) if (other !== target) other.checked = false;
      if (target.checked) { this.former ??= pairsOf(this.element); this.empty(); }
      else if (this.former) { fill(this.element, this.former.filter(([name]) => !name.endsWith("-seen"))); this.restoreSeen(); this.former = null; }
    } else if (target.closest("[data-value]") && missing.some((each) => each.checked)) for (const each of missing) each.checked = false;
  }

  /** What stands here now is what the server holds. */
  asHeld() { this.last = written(this.element); }

  restoreSeen() { if (this.seen) this.seen.value = this.version ?? this.seen.defaultValue; }

  empty() {
    for (const each of this.element.querySelectorAll("[data-value] :is(input, select, textarea)")) {
      if (each.closest("[data-kept]")) continue;
      if (["checkbox", "radio"].includes(each.type)) each.checked = false;
      else if (each.tomselect) each.tomselect.clear(true);
      else each.value = "";
    }
  }

  async changed(event) {
    this.exclude(event?.target);
    const now = written(this.element);
    if (now === this.last) return;
    this.last = now;
    this.at = Math.max(Date.now(), (this.at ?? 0) + 1);
    this.pending = true;
    const long = this.tooLong();
    this.mark("", "");
    this.page.follow();
    await this.page.keep(this.entry(long ? {state: "refused", said: long} : {}));
    clearTimeout(this.timer);
    if (long) return this.mark(long, "bad");
    this.timer = setTimeout(() => this.send(), event?.type === "input" && event.target.matches("textarea, input:not([type=checkbox]):not([type=radio])") ? TYPING : CHOSEN);
  }

  /** What no server would take is not sent; it stays here, and its writer is told by how much it is too long. */
  tooLong() {
    const most = Number(this.page.form.dataset.longest);
    const over = Math.max(0, ...[...this.element.querySelectorAll("textarea")].map((each) => each.value.length - most));
    return over ? word("too_long", {over: over.toLocaleString(), most: most.toLocaleString()}) : "";
  }

  entry(more = {}) { return {url: this.url, pairs: pairsOf(this.element), label: this.element.dataset.label ?? "", at: this.at, ...more}; }

  /** Send what is pending, one after the other; resolves when nothing more is under way. */
  send() {
    clearTimeout(this.timer);
    this.running = (this.running ?? Promise.resolve()).then(() => (this.pending ? this.sendNow() : null));
    return this.running;
  }

  async sendNow() {
    const entry = {...this.entry(), reader, key: keyOf(this.url)};
    const answer = await send(entry, this.page.form.dataset.sessionUrl);
    await this[answer.outcome](answer, entry);
    this.page.show();
  }

  async saved(answer, entry) {
    this.tries = 0;
    this.pending = this.at !== entry.at;
    this.version = answer.version;
    if (this.seen) this.seen.value = answer.version;
    if (answer.pairs && this.at === entry.at) { fill(this.element, answer.pairs, answer.labels); this.last = written(this.element); }
    await drop(entry.key, entry.at);
    this.page.saved(answer.at);
    this.mark("", "");
  }

  offline() { this.later("offline"); }

  signed_out() { this.later("signed_out"); }

  other_reader() { this.mark(word("other_reader"), "bad"); this.page.trouble = "other_reader"; }

  later(why) {
    this.page.trouble = why;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), RETRY[Math.min(this.tries++, RETRY.length - 1)]);
  }

  async refused(answer) {
    const said = answer.said ?? word("refused");
    await keep(this.entry({state: "refused", said}));
    this.mark(said, "bad");
  }

  /** The interview was validated meanwhile: what was written here stays here, and may become a remark for whoever reviews. */
  async locked(answer) {
    this.pending = false;
    await keep(this.entry({state: "refused", said: answer.said}));
    this.mark(answer.said, "bad");
    const text = [...this.element.querySelectorAll("textarea, input.in")].map((each) => each.value.trim()).filter(Boolean).join("\n\n");
    if (text) this.said.append(this.remarkButton(text));
  }

  remarkButton(text) {
    const button = make("button", {type: "button", class: "btn sm"}, word("as_remark"));
    button.addEventListener("click", async () => {
      button.disabled = true;
      const pairs = [["text", text], ["question_id", this.element.id.replace(/^q-/, "")], ["once", crypto.randomUUID()]];
      const answer = await send({url: this.page.form.dataset.remarkUrl, pairs, reader, form: true}, this.page.form.dataset.sessionUrl);
      if (answer.outcome !== "saved") { button.disabled = false; return; }
      await drop(keyOf(this.url));
      this.mark(word("remarked"), "");
      this.page.show();
    });
    return button;
  }

  /** Both versions, and a choice: nothing is decided for anybody. */
  async disputed(answer) {
    await keep(this.entry({state: "disputed"}));
    const mineKept = make("button", {type: "button", class: "btn sm"}, word("keep_mine"));
    const theirsTaken = make("button", {type: "button", class: "btn sm"}, word("take_theirs"));
    mineKept.addEventListener("click", () => { this.version = answer.version; this.seen.value = answer.version; this.at += 1; this.pending = true; this.mark("", ""); this.send(); });
    theirsTaken.addEventListener("click", async () => {
      fill(this.element, answer.pairs, answer.labels);
      this.version = answer.version;
      this.last = written(this.element);
      this.pending = false;
      await drop(keyOf(this.url));
      this.mark("", "");
      this.page.follow();
      this.page.show();
    });
    this.said.className = "part-state theirs";
    this.said.replaceChildren(make("span", {class: "theirs-label"}, icon("git-merge"), word("answered_by", {who: answer.who, time: answer.at})), make("q", {class: "theirs-value"}, answer.theirs || "—"), mineKept, theirsTaken);
    announce(word("answered_by", {who: answer.who, time: answer.at}));
  }

  mark(text, kind) {
    this.said.className = `part-state ${kind}`;
    this.said.replaceChildren(...(text ? [icon("alert-triangle"), make("span", {}, text)] : []));
  }
}

class Page {
  constructor(form) {
    this.form = form;
    this.place = document.querySelector("[data-save-state]");
    this.outline = follow(form);
    this.parts = [...form.querySelectorAll("[data-save-url]")].map((element) => new Part(element, this));
    this.files = this.parts.filter((part) => part.element.querySelector("[data-answer-files]")).map((part) => new Files(part, this));
    this.inform();
    cleanPastes(form);
    bind(form, this);
    timer(form, (minutes) => this.minutes(minutes));
    form.addEventListener("submit", (event) => this.submitted(event));
    addEventListener("online", () => this.retry());
    document.addEventListener("visibilitychange", () => { if (!document.hidden && this.trouble) this.retry(); });
    addEventListener("beforeunload", (event) => { if (!this.leaving && this.notKept) event.preventDefault(); });
    this.recover();
  }

  follow() { this.outline.update(); }

  inform() { this.follow(); this.show(); }

  async keep(entry) {
    try { await keep(entry); this.notKept = false; } catch { this.notKept = true; }
    this.show();
  }

  /** Texts of this browser that the server does not have are put back where they were written, and sent. */
  async recover() {
    const entries = new Map((await mine()).map((entry) => [entry.key, entry]));
    let back = 0;
    for (const part of this.parts) {
      const entry = entries.get(keyOf(part.url));
      if (!entry) continue;
      const before = part.last;
      fill(part.element, entry.pairs);
      if (written(part.element) === before) { await drop(entry.key); part.restoreSeen(); continue; }
      Object.assign(part, {last: written(part.element), at: entry.at, pending: true});
      back += 1;
      if (part.tooLong()) part.mark(part.tooLong(), "bad"); else part.send();
    }
    if (back) announce(word("recovered"));
    this.follow();
  }

  /** The copy that was stored for the day shows what is saved by now, so that a reload in a tunnel does too. */
  saved(at) {
    this.savedAt = at;
    clearTimeout(this.renewing);
    this.renewing = setTimeout(() => renew(location.pathname), 10000);
  }

  retry() {
    for (const part of this.parts) if (part.tries) part.send();
    for (const files of this.files) files.send();
  }

  flush() { return Promise.all([...this.parts.filter((part) => part.pending).map((part) => part.send()), ...this.files.map((files) => files.send())]); }

  /** The next step is taken once every answer is on the server; what cannot be saved keeps the page here. */
  async submitted(event) {
    if (this.leaving) return;
    event.preventDefault();
    await this.flush();
    if (this.parts.some((part) => part.pending) || this.files.some((files) => files.waits)) { announce(this.place?.textContent ?? ""); document.querySelector(".part-state:not(:empty), [data-files-waiting]:not(:empty)")?.scrollIntoView({block: "center"}); return; }
    this.leaving = true;
    await new Promise((over) => setTimeout(over)); // a form asked to submit while its own submission is still being told of does nothing
    this.form.requestSubmit(event.submitter);
  }

  minutes(number) {
    const input = this.form.querySelector("[data-minutes]");
    input.value = number;
    input.dispatchEvent(new Event("change", {bubbles: true}));
  }

  async show() {
    if (!this.place) return;
    const waiting = (await everything()).filter((entry) => entry.reader === reader && (entry.file ? entry.page === location.pathname : this.parts.some((part) => keyOf(part.url) === entry.key)));
    if (!waiting.length) this.trouble = null;
    const [text, kind, symbol] = this.notKept ? [word("not_kept"), "bad", "cloud-off"]
      : this.trouble ? [word(this.trouble), "bad", "cloud-off"]
      : waiting.some((entry) => entry.state === "disputed") ? [word("disputed"), "bad", "git-merge"]
      : waiting.some((entry) => entry.state === "refused") ? [word("some_refused"), "bad", "alert-triangle"]
      : waiting.length ? [word("saving"), "", null]
      : this.savedAt ? [`${word("saved_at", {time: this.savedAt})} · ${word("copy_here")}`, "ok", "cloud-check"] : ["", "", null];
    this.place.className = `save ${kind}`;
    this.place.replaceChildren(...(symbol ? [icon(symbol)] : []), text);
  }
}

export function enliven(root) {
  const form = root.querySelector("form[data-writing]");
  if (!form || form.dataset.ready) return;
  form.dataset.ready = "1";
  new Page(form);
}
