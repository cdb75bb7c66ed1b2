/* A value corrected on the page of its record: Escape and Cancel leave it as it was; then, and after a save, the pencil has the focus again. */
let before = null;

function leave(form) {
  for (const each of before.querySelectorAll(".htmx-request")) each.classList.remove("htmx-request");
  form.replaceWith(before);
  globalThis.htmx?.process(before);
  before.querySelector("a.btn")?.focus();
  before = null;
}

function swapped() {
  const form = document.querySelector("form.inplace");
  const input = form?.querySelector("input:not([type=hidden])");
  if (input) { input.focus(); input.select(); return; }
  const pencil = before?.querySelector("a.btn");
  if (pencil) document.querySelector(`.inplace a.btn[href="${CSS.escape(pencil.getAttribute("href"))}"]`)?.focus();
  before = null;
}

let started = false;

export function enliven() {
  if (started) return;
  started = true;
  document.addEventListener("htmx:before:swap", (event) => {
    const target = event.detail?.ctx?.target;
    if (target?.matches?.("span.inplace")) before = target.cloneNode(true);
  });
  document.addEventListener("htmx:after:swap", () => { if (before) swapped(); });
  document.addEventListener("keydown", (event) => {
    const form = event.key === "Escape" && event.target.closest?.("form.inplace");
    if (form && before) { event.preventDefault(); leave(form); }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("form.inplace a[href]");
    if (link && before && !event.ctrlKey && !event.metaKey) { event.preventDefault(); leave(link.closest("form")); }
  });
}
