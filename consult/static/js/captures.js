/* What is captured beside the questions: Alt and a letter opens its form with the words that are selected, and the panel keeps the focus. */
import {announce} from "./page.js";

let picked = {text: "", at: ""};

/** The words selected in the note: in the text itself with their place in it, counted in characters; in what is read, without. */
function selected() {
  const box = document.activeElement;
  if (box?.matches?.("textarea") && box.selectionStart !== box.selectionEnd) {
    return {text: box.value.slice(box.selectionStart, box.selectionEnd), at: String([...box.value.slice(0, box.selectionStart)].length)};
  }
  const words = getSelection();
  const place = words?.anchorNode?.parentElement;
  return !place || place.closest("[data-capture]") ? {text: "", at: ""} : {text: words.toString(), at: ""};
}

/** A selection goes when the finger touches the button, so the last one is remembered. */
function remember() {
  const now = selected();
  if (now.text.trim()) picked = now;
  else if (!document.activeElement?.closest?.("[data-capture]")) picked = {text: "", at: ""};
}

function fill(details) {
  const box = details.querySelector("textarea[name=quote-text]");
  if (!box || !picked.text.trim() || box.value.trim()) return;
  box.value = picked.text.trim();
  details.querySelector("[name=quote-at]").value = picked.at;
  picked = {text: "", at: ""};
}

function open(summary) {
  const details = summary.parentElement;
  details.open = true;
  fill(details);
  const first = [...details.querySelectorAll("textarea, input:not([type=hidden]), select")].find((each) => each.checkVisibility?.() ?? true);
  details.scrollIntoView({block: "nearest"});
  first?.focus();
}

function press(event) {
  if (!event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
  const summary = document.querySelector(`[data-capture] summary[data-alt-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!summary) return;
  event.preventDefault();
  remember();
  open(summary);
}

/** After the panel was swapped: to what is to be mended, else to the button, so that the next one is two keys away. */
function swapped(event) {
  const panel = document.getElementById(event.detail?.ctx?.target?.id ?? "");
  if (!panel?.matches("[data-capture]")) return;
  if (panel.dataset.said) announce(panel.dataset.said);
  (panel.querySelector("[data-errors]") ?? panel.querySelector("details.capture-form > summary"))?.focus();
}

let started = false;

export function enliven(root) {
  for (const details of root.querySelectorAll("details.capture-form:not([data-ready])")) {
    details.dataset.ready = "1";
    details.addEventListener("toggle", () => { if (details.open) fill(details); });
  }
  if (started) return;
  started = true;
  document.addEventListener("selectionchange", remember);
  document.addEventListener("keydown", press);
  document.addEventListener("htmx:after:swap", swapped);
}
