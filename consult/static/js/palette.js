/* The palette: Ctrl+K, a combobox over what the server finds. GET data-url?q= answers [{group, label, hint, url, icon}]. */
import {make, icon, word} from "./page.js";

const WAIT = 120;

class Palette {
  constructor(dialog) {
    this.dialog = dialog;
    this.input = dialog.querySelector("input");
    this.list = dialog.querySelector("[role=listbox]");
    this.state = dialog.querySelector("[role=status]");
    this.input.addEventListener("input", () => this.soon());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("click", (event) => this.follow(event.target.closest("[role=option]"), event));
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  }

  open() {
    if (this.dialog.open) return;
    this.dialog.showModal();
    this.input.value = "";
    this.input.focus();
    this.search();
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), WAIT);
  }

  async search() {
    this.pending?.abort();
    this.pending = new AbortController();
    const url = new URL(this.dialog.dataset.url, location.href);
    url.searchParams.set("q", this.input.value.trim());
    try {
      const answer = await fetch(url, {signal: this.pending.signal, headers: {Accept: "application/json"}});
      if (!answer.ok) throw new Error(String(answer.status));
      this.show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") { this.list.replaceChildren(); this.state.textContent = word("failed"); }
    }
  }

  show(results) {
    this.list.replaceChildren();
    let group = null;
    results.forEach((result, index) => {
      if (result.group !== group) this.list.append(make("li", {class: "grp", role: "presentation"}, result.group ?? ""));
      group = result.group;
      const option = make("li", {role: "option", id: `palette-${index}`, "aria-selected": "false", "data-url": result.url}, icon(result.icon || "arrow-right"), make("span", {}, result.label));
      if (result.hint) option.append(make("small", {}, result.hint));
      this.list.append(option);
    });
    this.input.setAttribute("aria-expanded", String(results.length > 0));
    this.state.textContent = results.length ? "" : word("no_result");
    this.select(0);
  }

  get options() { return [...this.list.querySelectorAll("[role=option]")]; }

  select(index) {
    const options = this.options;
    this.at = options.length ? (index + options.length) % options.length : -1;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === this.at)));
    if (this.at < 0) this.input.removeAttribute("aria-activedescendant");
    else { this.input.setAttribute("aria-activedescendant", options[this.at].id); options[this.at].scrollIntoView({block: "nearest"}); }
  }

  key(event) {
    const moves = {ArrowDown: 1, ArrowUp: -1};
    if (event.key in moves) this.select(this.at + moves[event.key]);
    else if (event.key === "Enter") this.follow(this.options[this.at], event);
    else return;
    event.preventDefault();
  }

  follow(option, event) {
    if (!option) return;
    if (event.ctrlKey || event.metaKey) window.open(option.dataset.url, "_blank", "noopener");
    else location.assign(option.dataset.url);
  }
}

export function start() {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const palette = new Palette(dialog);
  document.querySelector("[data-palette-open]")?.addEventListener("click", () => palette.open());
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); palette.open(); }
  });
}
