/* Messages float, are announced, and leave after a while unless they hold something to do or tell of a failure. */
import {make} from "./page.js";

const STAY = 8000;

function settle(toast) {
  const lasting = toast.querySelector("form, a") || toast.matches(".bad, .warn");
  if (lasting) return;
  let timer = setTimeout(() => toast.remove(), STAY);
  for (const kind of ["pointerenter", "focusin"]) toast.addEventListener(kind, () => clearTimeout(timer));
  for (const kind of ["pointerleave", "focusout"]) toast.addEventListener(kind, () => { timer = setTimeout(() => toast.remove(), STAY); });
}

/** Show a message; `kind` is info, ok, warn or bad. */
export function show(text, kind = "info") {
  const toast = make("div", {class: `toast ${kind}`, "data-toast": true}, make("p", {class: "grow"}, text));
  document.querySelector("[data-toasts]")?.append(toast);
  settle(toast);
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
