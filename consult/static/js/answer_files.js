/* Files that answer a question: chosen, dropped, photographed or recorded. Each is kept in this browser until the server has it, so that a
   tunnel, a crash or the end of the session loses none; where the browser cannot keep one, the page says so and holds on to it. */
import {announce, icon, make, word} from "./page.js";
import {drop, keep, keyOf, mine, reader, send} from "./outbox.js";
import {size} from "./dropzone.js";

const RETRY = [2000, 5000, 15000, 30000];
const pathOf = (url) => new URL(url, location.href).pathname;

export class Files {
  constructor(part, page) {
    const place = part.element.querySelector("[data-answer-files]");
    const inside = (name) => place.querySelector(`[data-files-${name}]`);
    Object.assign(this, {part, page, url: place.dataset.answerFiles, limit: Number(place.dataset.limit), there: inside("there"), waiting: inside("waiting"), said: inside("said"), rows: new Map(), tries: 0});
    place.addEventListener("change", (event) => { this.take([...event.target.files]); event.target.value = ""; });
    place.addEventListener("click", (event) => this.clicked(event.target.closest("button[data-delete-url]")));
    this.bindDrop(part.element);
    this.recover();
  }

  get address() { return this.page.form.dataset.sessionUrl; }

  get waits() { return [...this.rows.values()].some((row) => row.entry.state === "waiting"); }

  bindDrop(element) {
    const brings = (event) => event.dataTransfer?.types.includes("Files");
    element.addEventListener("dragover", (event) => { if (brings(event)) { event.preventDefault(); element.classList.add("over"); } });
    for (const kind of ["dragleave", "drop"]) element.addEventListener(kind, () => element.classList.remove("over"));
    element.addEventListener("drop", (event) => { if (brings(event)) { event.preventDefault(); this.take([...event.dataTransfer.files]); } });
  }

  /** Files that an earlier page could not send stand where they were chosen, and are sent now. */
  async recover() {
    for (const entry of await mine()) if (entry.file && pathOf(entry.url) === pathOf(this.url)) this.show(entry);
    this.send();
  }

  async take(files) {
    for (const file of files) {
      const entry = {reader, url: this.url, key: `${keyOf(this.url)}\n${crypto.randomUUID()}`, page: location.pathname, file, label: file.name, pairs: [], at: Date.now(), state: "waiting"};
      if (file.size > this.limit) { this.say(word("file_too_large", {name: file.name, size: size(file.size), limit: size(this.limit)}), "bad"); continue; }
      this.show(entry);
      try { await keep(entry); } catch { this.page.notKept = true; this.rows.get(entry.key).notKept = true; this.mark(entry, word("file_not_kept"), "bad"); }
    }
    this.page.show();
    this.send();
  }

  show(entry) {
    const state = make("small", {class: entry.said ? "bad" : "muted", role: "status"}, entry.said ?? "");
    const off = make("button", {type: "button", class: "btn icon sm quiet", "aria-label": word("file_take_back")}, icon("x"));
    const row = make("li", {"data-file": "waiting"}, icon("cloud-upload"), make("div", {class: "grow"}, entry.label, " ", make("small", {class: "muted num"}, size(entry.file.size)), " ", state), off);
    off.addEventListener("click", () => this.forget(entry));
    this.rows.set(entry.key, {entry, row, state});
    this.waiting.append(row);
    this.page.follow();
  }

  async forget(entry) {
    this.rows.get(entry.key)?.row.remove();
    this.rows.delete(entry.key);
    await drop(entry.key).catch(() => null);
    if (!this.page.files.some((files) => [...files.rows.values()].some((row) => row.notKept))) this.page.notKept = false;
    this.page.follow();
    this.page.show();
  }

  mark(entry, text, kind = "muted") {
    const {state} = this.rows.get(entry.key) ?? {};
    if (!state) return;
    state.className = kind;
    state.textContent = text;
  }

  say(text, kind = "", ...more) {
    this.said.className = `part-state ${kind}`;
    this.said.replaceChildren(...(text ? [make("span", {}, text), ...more] : []));
  }

  /** Send what waits, one after the other; resolves when nothing more is under way. */
  send() {
    clearTimeout(this.timer);
    this.running = (this.running ?? Promise.resolve()).then(() => this.sendAll());
    return this.running;
  }

  async sendAll() {
    for (const {entry} of [...this.rows.values()].filter((row) => row.entry.state === "waiting")) {
      if (!this.rows.has(entry.key)) continue;
      this.mark(entry, word("file_sending"));
      const answer = await send(entry, this.address);
      if (answer.outcome === "saved") await this.arrived(entry, answer);
      else if (["refused", "locked", "disputed"].includes(answer.outcome)) await this.refused(entry, answer);
      else { this.later(answer.outcome); break; }
    }
    this.page.show();
  }

  async arrived(entry, answer) {
    this.tries = 0;
    await this.forget(entry);
    for (const box of this.part.element.querySelectorAll("[data-missing]:checked")) box.checked = false;
    this.part.asHeld();
    this.list(answer);
    this.say("");
  }

  async refused(entry, answer) {
    Object.assign(entry, {state: "refused", said: answer.said ?? word("refused")});
    this.mark(entry, entry.said, "bad");
    await keep(entry).catch(() => null);
  }

  later(why) {
    this.page.trouble = why;
    const said = {offline: word("file_waits"), signed_out: word("file_signed_out"), other_reader: word("other_reader")}[why];
    for (const row of this.rows.values()) if (row.entry.state === "waiting" && !row.notKept) this.mark(row.entry, said, "bad");
    this.timer = setTimeout(() => this.send(), RETRY[Math.min(this.tries++, RETRY.length - 1)]);
  }

  list(answer) {
    this.there.innerHTML = answer.list;
    this.part.version = answer.version;
    if (this.part.seen) this.part.seen.value = answer.version;
    this.page.follow();
    this.page.saved(answer.at);
    this.page.show();
  }

  async clicked(button) {
    if (!button) return;
    const {name} = button.closest("li").dataset, back = button.dataset.undoUrl;
    button.disabled = true;
    if (!(await this.act(button.dataset.deleteUrl, name))) { button.disabled = false; return; }
    const undo = make("button", {type: "button", class: "btn sm"}, word("undo"));
    undo.addEventListener("click", async () => { if (await this.act(back, name)) this.say(""); });
    this.say(word("file_gone", {name}), "", undo);
    announce(word("file_gone", {name}));
    undo.focus();
  }

  /** Delete a file or bring it back; tells whether that was done. */
  async act(url, name) {
    const answer = await send({url, pairs: [], reader}, this.address);
    if (answer.outcome === "saved") { this.list(answer); return true; }
    this.say(answer.said ?? word("file_there_still", {name}), "bad");
    return false;
  }
}
