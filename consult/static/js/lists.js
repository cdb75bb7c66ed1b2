/* Lists: search as one types, selection with Shift, the bulk bar, cells edited in place. All of it also works by plain links and forms. */
import {enliven as enlivenAll} from "./app.js";
import {announce, token, word} from "./page.js";
import {forget, show as toast} from "./toasts.js";

const PAUSE = 350;
let typedSearch = null;

/* ---- search and the one form ---- */

function search(list) {
  const input = list.querySelector("#list-q");
  const form = list.querySelector("#list-form");
  if (!input || !form) return;
  let timer;
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => form.requestSubmit(), PAUSE); });
  const asShown = chosenColumns(form);
  const density = form.querySelector("[name=density]:checked")?.value;
  form.addEventListener("formdata", (event) => {
    const query = new URLSearchParams(location.search);
    if (!query.has("cols") && chosenColumns(form) === asShown) event.formData.delete("cols");
    if (!query.has("density") && event.formData.get("density") === density) event.formData.delete("density");
    for (const name of [...event.formData.keys()]) if (event.formData.getAll(name).every((value) => value === "")) event.formData.delete(name);
  });
}

const chosenColumns = (form) => [...form.querySelectorAll("[name=cols]:checked")].map((box) => box.value).join();

/** What is typed while the answer travels must not be undone by the answer. */
function keepTyping() {
  document.addEventListener("htmx:before:swap", () => {
    // htmx copies the style of what goes to what comes, which the policy forbids
    for (const styled of document.querySelectorAll("#list [id][style]")) styled.removeAttribute("style");
    const input = document.getElementById("list-q");
    typedSearch = input && document.activeElement === input ? input.value : null;
  });
  document.addEventListener("htmx:after:swap", () => {
    const input = document.getElementById("list-q");
    if (input && typedSearch !== null && input.value !== typedSearch) {
      input.value = typedSearch;
      input.dispatchEvent(new Event("input", {bubbles: true}));
    }
    const count = document.querySelector("[data-list-count]")?.textContent ?? document.querySelector("#list .empty-title")?.textContent;
    if (count) announce(count);
  });
}

/* ---- selection ---- */

class Selection {
  constructor(list) {
    this.bar = list.querySelector("[data-bulk]");
    if (!this.bar) return;
    this.boxes = [...list.querySelectorAll("td.pick input")];
    this.all = list.querySelector("[data-pick-all]");
    this.last = null;
    list.addEventListener("click", (event) => this.click(event));
    list.addEventListener("change", (event) => { if (event.target === this.all) this.everyRow(); if (event.target.matches(".pick input")) this.show(); });
    this.bar.addEventListener("reset", () => setTimeout(() => this.show()));
    this.show();
  }

  click(event) {
    if (!event.target.matches("td.pick input")) return;
    const at = this.boxes.indexOf(event.target);
    if (event.shiftKey && this.last !== null) {
      const [from, to] = [this.last, at].sort((a, b) => a - b);
      for (const box of this.boxes.slice(from, to + 1)) box.checked = event.target.checked;
    }
    this.last = at;
    this.show();
  }

  everyRow() {
    for (const box of this.boxes) box.checked = this.all.checked;
  }

  show() {
    const chosen = this.boxes.filter((box) => box.checked).length;
    this.bar.hidden = chosen === 0;
    this.bar.querySelector("[data-bulk-count]").textContent = chosen === 1 ? word("selected_one") : word("selected_many", {n: chosen});
    this.all.checked = chosen > 0 && chosen === this.boxes.length;
    this.all.indeterminate = chosen > 0 && chosen < this.boxes.length;
    const everything = this.bar.querySelector("[data-bulk-everything]");
    if (!everything) return;
    everything.hidden = chosen < this.boxes.length;
    if (everything.hidden) everything.querySelector("input").checked = false;
  }
}

/* ---- cells edited in place ---- */

class Cell {
  constructor(td) {
    this.td = td;
    this.shown = td.querySelector(".cell, .row-link");
  }

  async open() {
    if (this.td.classList.contains("editing")) return;
    const answer = await this.request({});
    if (!answer?.ok) { announce(word("failed")); return; }
    this.edit(await answer.text());
  }

  request(options) {
    return fetch(this.td.dataset.editUrl, {redirect: "manual", ...options, headers: {"HX-Request": "true", Accept: "text/html", "X-CSRFToken": token()}}).catch(() => null);
  }

  edit(html) {
    this.form?.remove();
    this.td.classList.add("editing");
    this.shown.hidden = true;
    const holder = document.createElement("template");
    holder.innerHTML = html;
    this.form = holder.content.querySelector("form") ?? document.createElement("form");
    this.td.append(this.form);
    enlivenAll(this.form);
    this.form.addEventListener("submit", (event) => { event.preventDefault(); event.stopPropagation(); this.save(); });
    this.form.addEventListener("keydown", (event) => this.key(event));
    const control = this.form.querySelector("select:not([data-combobox-url]), input:not([type=hidden]), textarea");
    if (control?.matches("select:not([multiple])")) control.addEventListener("change", () => this.form.requestSubmit());
    control?.focus();
    control?.select?.();
  }

  key(event) {
    if (event.key === "Escape") { event.stopPropagation(); this.close(); }
    if (event.key === "Enter" && event.target.matches("textarea") && (event.ctrlKey || event.metaKey)) { event.stopPropagation(); this.form.requestSubmit(); }
  }

  async save() {
    const answer = await this.request({method: "POST", body: new FormData(this.form)});
    if (answer && (answer.status === 409 || answer.status === 422)) { this.edit(await answer.text()); announce(word("cell_failed")); return; }
    if (!answer?.ok) { announce(word("cell_failed")); this.form.setAttribute("aria-invalid", "true"); return; }
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    const cell = holder.content.querySelector(".cell, .row-link") ?? holder.content;
    const said = cell.dataset?.said;
    this.shown.replaceChildren(...cell.childNodes);
    this.close();
    forget();
    if (said) toast(said, "warn");
    else announce(word("cell_saved"));
  }

  close() {
    this.form?.remove();
    this.td.classList.remove("editing");
    this.shown.hidden = false;
    this.td.querySelector(".cell-edit")?.focus();
  }
}

function cells(list) {
  list.addEventListener("click", (event) => {
    const link = event.target.closest(".cell-edit");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    new Cell(link.closest("td")).open();
  });
  list.addEventListener("dblclick", (event) => {
    const td = event.target.closest("td[data-edit-url]:not(.editing)");
    if (td && !event.target.closest("a:not(.cell-edit)")) new Cell(td).open();
  });
  list.addEventListener("keydown", (event) => {
    if (event.key !== "F2") return;
    const td = event.target.closest("td[data-edit-url]") ?? event.target.closest("tr")?.querySelector("td[data-edit-url]");
    if (td) { event.preventDefault(); new Cell(td).open(); }
  });
}

let started = false;

export function enliven(root) {
  const list = root.matches?.("[data-list]") ? root : root.querySelector("[data-list]");
  if (!started) { keepTyping(); started = true; }
  if (!list || list.dataset.ready) return;
  list.dataset.ready = "1";
  search(list);
  new Selection(list);
  cells(list);
}
