/* What is captured beside the questions: Alt and a letter opens its form with the words that are selected, and the panel keeps the focus. */
import {announce} from "./page.js";

const NOTHING = {text: "", at: "", question: ""};
let picked = NOTHING;

/** The question whose answer an element is part of, on the page that is written as on the one that is read. */
const questionOf = (element) => element.closest("[id^='q-']")?.id.slice(2) ?? "";

/** The words selected in the note or in an answer: in the text itself with their place in it, counted in characters; in what is read, without. */
function selected() {
  const box = document.activeElement;
  if (box?.matches?.("textarea") && box.selectionStart !== box.selectionEnd) {
    return {text: box.value.slice(box.selectionStart, box.selectionEnd), at: String([...box.value.slice(0, box.selectionStart)].length), question: questionOf(box)};
  }
  const words = getSelection();
  const place = words?.anchorNode?.parentElement;
  return !place || place.closest("[data-capture]") ? NOTHING : {text: words.toString(), at: "", question: questionOf(place)};
}

/** A selection goes when the finger touches the button, so the last one is remembered. */
function remember() {
  const now = selected();
  if (now.text.trim()) picked = now;
  else if (!document.activeElement?.closest?.("[data-capture]")) picked = NOTHING;
}

function fill(details) {
  const box = details.querySelector("textarea[name=quote-text]");
  if (!box || !picked.text.trim() || box.value.trim()) return;
  box.value = picked.text.trim();
  details.querySelector("[name=quote-at]").value = picked.at;
  details.querySelector("[name=quote-question_id]").value = picked.question;
  picked = NOTHING;
}

function open(summary) {
  const details = summary.parentElement;
  details.open = true;
  fill(details);
  const first = [...details.querySelectorAll("textarea, input:not([type=hidden]), select:not(.tomselected)")].find((each) => each.checkVisibility?.() ?? true);
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
