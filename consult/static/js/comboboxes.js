/* Searchable selects. data-combobox-url: results come from the server as [{value, text, hint}]; data-pick: options of the page.
   With data-create, choosing what is typed submits "new:" and the text. */
import "../vendor/tom-select.base.min.js";
import "../vendor/tom-select.remove-button.js";
import {word} from "./page.js";

const TomSelect = globalThis.TomSelect;
TomSelect.define("remove_button", globalThis.remove_button);

const MARK = "[data-combobox-url], select[data-pick]";

function option(data, escape) {
  const hint = data.hint ? `<small>${escape(data.hint)}</small>` : "";
  return `<div>${escape(data.text)}${hint}</div>`;
}

function renderers() {
  return {
    option,
    item: (data, escape) => `<div>${escape(data.text)}</div>`,
    option_create: (data, escape) => `<div class="create">${escape(word("create", {text: data.input}))}</div>`,
    no_results: (data, escape) => `<div class="no-results">${escape(word(data.input ? "no_result" : "type_to_search"))}</div>`,
    loading: (data, escape) => `<div class="no-results">${escape(word("searching"))}</div>`,
  };
}

/** Suggestions come as {value, text, hint} or {id, label, hint}. */
const suggestion = (each) => ({value: String(each.value ?? each.id), text: each.text ?? each.label, hint: each.hint});

function remote(address) {
  return async function load(text, done) {
    const url = new URL(address, location.href);
    url.searchParams.set("q", text);
    try {
      const answer = await fetch(url, {headers: {Accept: "application/json"}});
      const found = answer.ok ? await answer.json() : [];
      this.clearOptions();
      this.awaited = false;
      done(found.map(suggestion));
    } catch { this.awaited = false; done(); }
  };
}

/** What was found for other words is no answer to these: Enter must not take it, nor create a double before the answer is there. */
function forgetAtOnce(control) {
  control.control_input.addEventListener("input", () => {
    control.awaited = true;
    control.clearOptions();
    control.clearActiveOption();
    control.refreshOptions(false);
  });
}

function settings(select) {
  const address = select.dataset.comboboxUrl;
  const chosen = {
    plugins: select.multiple ? {remove_button: {title: word("remove")}} : {},
    create: "create" in select.dataset ? (input) => ({value: `new:${input}`, text: input}) : false,
    render: renderers(), maxOptions: 200, closeAfterSelect: !select.multiple, placeholder: address ? word("type_to_search") : undefined,
  };
  if (address) Object.assign(chosen, {valueField: "value", labelField: "text", searchField: [], load: remote(address), preload: "focus", shouldLoad: () => true, loadThrottle: 200, score: () => () => 1, refreshThrottle: 0, createFilter() { return !this.awaited; }});
  return chosen;
}

function label(select, control) {
  const name = select.getAttribute("aria-label");
  if (name) control.control_input.setAttribute("aria-label", name);
  for (const attribute of ["aria-describedby", "aria-invalid"]) if (select.hasAttribute(attribute)) control.control_input.setAttribute(attribute, select.getAttribute(attribute));
}

export function enliven(root) {
  const selects = root.matches?.(MARK) ? [root] : root.querySelectorAll(MARK);
  for (const select of selects) {
    if (select.tomselect) continue;
    const control = new TomSelect(select, settings(select));
    label(select, control);
    if (select.dataset.comboboxUrl) forgetAtOnce(control);
  }
}
