/* Shortcuts. Elements say themselves which key is theirs: data-key="n", data-go="o"; single keys can be switched off. */
import {tinykeys} from "../vendor/tinykeys.js";

const SWITCH = "consult.single-keys";
const single = () => document.documentElement.dataset.singleKeys !== "off" && localStorage.getItem(SWITCH) !== "off";
const typing = (event) => event.target.closest?.("input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable]") !== null;
const shut = () => !document.querySelector("dialog[open]");

function act(element) {
  if (!element) return false;
  if (element.matches("input, textarea, select")) { element.focus(); element.select?.(); }
  else if (element.matches("summary")) { element.parentElement.open = true; element.parentElement.querySelector("a, button")?.focus(); }
  else element.click();
  return true;
}

/** The element of that key on the page; failing it, the one the shell offers. */
function owner(key) {
  const shown = (selector) => [...document.querySelectorAll(selector)].find((each) => each.checkVisibility?.() ?? true);
  return shown(`[data-key="${key}"]`) ?? shown(`[data-key-fallback="${key}"]`);
}

function press(key) {
  return (event) => {
    if (!single() || typing(event) || !shut() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (act(owner(key))) event.preventDefault();
  };
}

function save(event) {
  const form = event.target.closest?.("form") ?? document.querySelector("form [data-key=save]")?.form;
  if (!form || form.method !== "post") return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[data-key=save]"));
}

function help(event) {
  if (event && (!single() || typing(event) || !shut())) return;
  event?.preventDefault();
  document.getElementById("keys-help")?.showModal();
}

function switchable() {
  const box = document.querySelector("[data-single-keys-switch]");
  if (!box) return;
  box.checked = single();
  box.addEventListener("change", () => localStorage.setItem(SWITCH, box.checked ? "on" : "off"));
}

/** Shift is part of "?" and "/" on many keyboards, so characters are compared, not positions. */
function character(event) {
  if (event.key === "?") help(event);
  if (event.key === "/") press("/")(event);
}

export function start() {
  const bindings = {"$mod+Enter": save, n: press("n"), e: press("e")};
  for (const link of document.querySelectorAll("[data-go]")) bindings[`g ${link.dataset.go}`] = (event) => { if (single() && !typing(event) && shut()) location.assign(link.href); };
  tinykeys(window, bindings, {ignore: () => false});
  document.addEventListener("keydown", character);
  document.querySelector("[data-keys-help]")?.addEventListener("click", () => help());
  switchable();
}
