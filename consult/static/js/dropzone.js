/* A file can be dropped on its field; its name and size are shown, and one that is too large is refused before it travels. */
import {language, word} from "./page.js";

const UNITS = language === "fr" ? ["o", "Kio", "Mio"] : ["B", "KiB", "MiB"];

export function size(bytes) {
  const power = bytes < 1024 ? 0 : bytes < 1024 * 1024 ? 1 : 2;
  return `${new Intl.NumberFormat(language, {maximumFractionDigits: 1}).format(bytes / 1024 ** power)}\u00a0${UNITS[power]}`;
}

function tell(zone, input) {
  const place = zone.querySelector("[data-drop-name]");
  const file = input.files[0];
  const limit = Number(zone.dataset.limit || 0);
  const tooLarge = Boolean(file && limit && file.size > limit);
  place.classList.toggle("bad", tooLarge);
  if (!file) place.textContent = "";
  else if (tooLarge) place.textContent = word("file_too_large", {name: file.name, size: size(file.size), limit: size(limit)});
  else place.textContent = word("file_chosen", {name: file.name, size: size(file.size)});
  input.setAttribute("aria-invalid", String(tooLarge));
  zone.toggleAttribute("data-refused", tooLarge);
}

/** A file that is too large does not travel: the form stays, and says why. */
function hold(event, zone, input) {
  if (!zone.hasAttribute("data-refused")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  tell(zone, input);
  input.focus();
}

function connect(zone) {
  const input = zone.querySelector("input[type=file]");
  input.addEventListener("change", () => tell(zone, input));
  input.form?.addEventListener("submit", (event) => hold(event, zone, input), {capture: true});
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    tell(zone, input);
  });
}

export function enliven(root) {
  for (const zone of root.querySelectorAll("[data-dropzone]")) {
    if (zone.dataset.ready) continue;
    zone.dataset.ready = "1";
    connect(zone);
  }
}
