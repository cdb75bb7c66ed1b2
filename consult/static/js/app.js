/* The entry of every page: what is always needed is imported, what a page may lack is loaded when its mark is found. */
import {start as menus} from "./menus.js";
import {start as theme} from "./theme.js";
import {start as toasts, tell} from "./toasts.js";
import {start as dialogs} from "./dialogs.js";
import {start as keys} from "./keys.js";
import {start as palette} from "./palette.js";
import {asServed} from "./served.js";
import {start as submitted} from "./submitted.js";

const ON_DEMAND = [
  ["form[data-autosave-url]", (again) => import(`./autosave.js${again}`)],
  ["form[data-writing]", (again) => import(`./writing.js${again}`)],
  ["[data-combobox-url], select[data-pick]", (again) => import(`./comboboxes.js${again}`)],
  ["[data-date]", (again) => import(`./dates.js${again}`)],
  ["[data-dropzone]", (again) => import(`./dropzone.js${again}`)],
  ["[data-progress-url]", (again) => import(`./progress.js${again}`)],
  ["[data-list]", (again) => import(`./lists.js${again}`)],
  ["markdown-toolbar", (again) => import(`./notes.js${again}`)],
  ["[data-take-theirs]", (again) => import(`./conflicts.js${again}`)],
  ["form[data-guide]", (again) => import(`./asked.js${again}`)],
  ["[data-day]", (again) => import(`./day.js${again}`)],
  ["select[data-shows]", (again) => import(`./kinds.js${again}`)],
  ["[data-claim-url], [data-copy], [data-print]", (again) => import(`./calling.js${again}`)],
  ["[data-capture]", (again) => import(`./captures.js${again}`)],
  [".inplace", (again) => import(`./inplace.js${again}`)],
];
const PAUSES = [1000, 2000, 5000, 15000];

/** Load a module, however often the network fails meanwhile: a browser asks again only for an address it has not failed at. */
async function loaded(load, tries = 0) {
  try { return await load(tries ? `?again=${tries}` : ""); }
  catch {
    await new Promise((resolve) => { setTimeout(resolve, PAUSES[Math.min(tries, PAUSES.length - 1)]); addEventListener("online", resolve, {once: true}); });
    return loaded(load, tries + 1);
  }
}

/** Bring a piece of page to life: at load, and again for what htmx or a cell edit puts in. */
export function enliven(root) {
  for (const form of root.querySelectorAll("form[data-autosave-url]")) asServed(form);
  const marked = ON_DEMAND.filter(([mark]) => root.matches?.(mark) || root.querySelector(mark));
  return Promise.all(marked.map(async ([, load]) => (await loaded(load)).enliven(root)));
}

menus();
theme();
toasts();
dialogs();
keys();
palette();
submitted();
enliven(document);
if (localStorage.getItem("consult.waiting") && document.body.dataset.reader) loaded((again) => import(`./resend.js${again}`)).then(({start}) => start());
if (localStorage.getItem("consult.day") && document.body.dataset.reader) loaded((again) => import(`./day.js${again}`)).then(({forgetOthers}) => forgetOthers());
document.addEventListener("htmx:after:swap", (event) => {
  enliven(event.detail?.ctx?.target?.isConnected ? event.detail.ctx.target : document);
  tell(document);
});
document.querySelector("[data-errors]")?.focus();
