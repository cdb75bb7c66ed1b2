/* Dates are typed dd/mm/yyyy or picked; beside them the same date in letters, in the language of the page. */
import {language, make, word} from "./page.js";

const letters = new Intl.DateTimeFormat(language === "fr" ? "fr-FR" : "en-GB", {weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC"});

/** A date in letters, as the server writes it: without comma in English; the first of a month is "1er" in French. */
function inLetters(date) {
  const written = letters.format(date).replace(",", "");
  return language === "fr" && date.getUTCDate() === 1 ? written.replace(/ 1(er)? /, " 1er ") : written;
}

/** The date a person typed (12/11/2026, 12-11-26, 12.11.2026, 2026-11-12), or null. */
export function understood(text) {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text.trim());
  const typed = /^(\d{1,2})[/. -](\d{1,2})[/. -](\d{4}|\d{2})$/.exec(text.trim());
  if (!iso && !typed) return null;
  const [year, month, day] = iso ? iso.slice(1).map(Number) : typed.slice(1).map(Number).reverse();
  const full = year < 100 ? 2000 + year : year;
  const date = new Date(Date.UTC(full, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date : null;
}

const twoDigits = (number) => String(number).padStart(2, "0");
const asTyped = (date) => `${twoDigits(date.getUTCDate())}/${twoDigits(date.getUTCMonth() + 1)}/${date.getUTCFullYear()}`;

function describe(input, output) {
  const date = input.value.trim() ? understood(input.value) : null;
  output.classList.toggle("bad", Boolean(input.value.trim()) && !date);
  output.textContent = date ? inLetters(date) : input.value.trim() ? word("date_unknown") : "";
}

function connect(place) {
  const input = place.querySelector("input");
  const output = place.querySelector("output");
  const picker = make("input", {type: "date", tabindex: "-1", "aria-hidden": "true"});
  place.append(picker);
  picker.addEventListener("change", () => {
    input.value = picker.value ? asTyped(new Date(`${picker.value}T00:00:00Z`)) : "";
    input.dispatchEvent(new Event("input", {bubbles: true}));
    describe(input, output);
    input.focus();
  });
  place.querySelector("[data-date-open]")?.addEventListener("click", () => {
    picker.value = understood(input.value)?.toISOString().slice(0, 10) ?? "";
    picker.showPicker();
  });
  input.addEventListener("change", () => {
    const date = understood(input.value);
    if (date) input.value = asTyped(date);
    describe(input, output);
  });
  if (!input.hasAttribute("aria-invalid")) describe(input, output);  // the page says already what is wrong with it
}

export function enliven(root) {
  for (const place of root.matches?.("[data-date]") ? [root] : root.querySelectorAll("[data-date]")) {
    if (place.dataset.ready) continue;
    place.dataset.ready = "1";
    connect(place);
  }
}
