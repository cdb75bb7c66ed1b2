/* Messages float, are announced, and leave after a while unless they hold something to do or tell of a failure. */
import {icon, make, word} from "./page.js";

const STAY = 8000;
const SYMBOLS = {ok: "circle-check", warn: "alert-triangle", bad: "alert-circle", info: "info-circle"};

function settle(toast) {
  const lasting = toast.querySelector("form, a") || toast.matches(".bad, .warn");
  if (lasting) return;
  let timer = setTimeout(() => toast.remove(), STAY);
  for (const kind of ["pointerenter", "focusin"]) toast.addEventListener(kind, () => clearTimeout(timer));
  for (const kind of ["pointerleave", "focusout"]) toast.addEventListener(kind, () => { timer = setTimeout(() => toast.remove(), STAY); });
}

/** Take away what the page said of an earlier act of the reader. */
export function forget() {
  for (const toast of document.querySelectorAll("[data-toast=made]")) toast.remove();
}

/** Show a message in place of the last; `kind` is info, ok, warn or bad. */
export function show(text, kind = "info") {
  forget();
  const close = make("button", {class: "btn quiet sm icon", type: "button", "aria-label": word("close"), title: word("close"), "data-dismiss": true}, icon("x"));
  const toast = make("div", {class: `toast ${kind}`, "data-toast": "made"}, icon(SYMBOLS[kind]), make("p", {class: "grow"}, text), close);
  document.querySelector("[data-toasts]")?.append(toast);
  settle(toast);
}

/** Show what an answer put into the page wants to be said. */
export function tell(root) {
  forget();
  for (const each of root.querySelectorAll("[data-said]")) {
    show(each.dataset.said, each.dataset.saidKind ?? "warn");
    each.removeAttribute("data-said");
  }
}

export function start() {
  const place = document.querySelector("[data-toasts]");
  if (!place) return;
  const given = [...place.children];
  place.replaceChildren();
  setTimeout(() => {
    place.append(...given);  // a live region speaks only what comes into it after the page is read
    given.forEach(settle);
  }, 60);
  place.addEventListener("click", (event) => { if (event.target.closest("[data-dismiss]")) event.target.closest("[data-toast]").remove(); });
}
