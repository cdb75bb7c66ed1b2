/* The entry of every page: what is always needed is imported, what a page may lack is loaded when its mark is found. */
import {start as menus} from "./menus.js";
import {start as theme} from "./theme.js";
import {start as toasts, tell} from "./toasts.js";
import {start as dialogs} from "./dialogs.js";
import {start as keys} from "./keys.js";
import {start as palette} from "./palette.js";
import {start as submitted} from "./submitted.js";

const ON_DEMAND = [
  ["[data-combobox-url], select[multiple][data-pick]", () => import("./comboboxes.js")],
  ["[data-date]", () => import("./dates.js")],
  ["[data-dropzone]", () => import("./dropzone.js")],
  ["form[data-autosave-url]", () => import("./autosave.js")],
  ["[data-progress-url]", () => import("./progress.js")],
  ["[data-list]", () => import("./lists.js")],
  ["markdown-toolbar", () => import("./notes.js")],
  ["[data-take-theirs]", () => import("./conflicts.js")],
  [".inplace", () => import("./inplace.js")],
];

/** Bring a piece of page to life: at load, and again for what htmx or a cell edit puts in. */
export async function enliven(root) {
  for (const [mark, load] of ON_DEMAND) {
    if (root.matches?.(mark) || root.querySelector(mark)) (await load()).enliven(root);
  }
}

menus();
theme();
toasts();
dialogs();
keys();
palette();
submitted();
enliven(document);
document.addEventListener("htmx:after:swap", (event) => {
  enliven(event.detail?.ctx?.target?.isConnected ? event.detail.ctx.target : document);
  tell(document);
});
document.querySelector("[data-errors]")?.focus();
