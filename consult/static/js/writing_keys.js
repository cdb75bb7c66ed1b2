/* The keyboard through an interview. Alt and an arrow go from question to question, Alt and Page from section to section; Alt and 1 to 4 say
   why there is no answer, Alt+0 takes it back; Alt+C comments, Alt+S makes the answer strict, Ctrl+S and Ctrl+Enter send what waits. */
const controls = "input:not([type=hidden]):not([tabindex='-1']), select:not(.tomselected), textarea";
const shown = (elements) => [...elements].filter((each) => each.checkVisibility?.() ?? true);

function enter(question) {
  if (!question) return;
  const chosen = question.querySelector("[data-value] input:checked");
  const first = chosen ?? shown(question.querySelectorAll(`[data-value] :is(${controls})`))[0] ?? question.querySelector(controls);
  question.scrollIntoView({block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth"});
  first?.focus({preventScroll: true});
}

function at(list, here, step) {
  const index = list.indexOf(here);
  return list[index < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, index + step))];
}

export function bind(form, page) {
  document.querySelector("#keys-help .keys")?.prepend(...document.querySelector("[data-more-keys]")?.children ?? []);
  const questions = () => shown(form.querySelectorAll("[data-save-url]"));
  const sections = () => shown(form.querySelectorAll("[data-section]"));
  const here = () => document.activeElement?.closest("[data-save-url]");
  const tick = (box) => { if (box) { box.checked = !box.checked; box.dispatchEvent(new Event("change", {bubbles: true})); } };
  const acts = {
    ArrowDown: () => enter(at(questions(), here(), 1)),
    ArrowUp: () => enter(at(questions(), here(), -1)),
    PageDown: () => enter(at(sections(), here()?.closest("[data-section]"), 1)?.querySelector("[data-save-url]:not([hidden])")),
    PageUp: () => enter(at(sections(), here()?.closest("[data-section]"), -1)?.querySelector("[data-save-url]:not([hidden])")),
    KeyC: () => { const more = here()?.querySelector("details[data-comment]"); if (more) { more.open = true; more.querySelector("textarea").focus(); } },
    KeyS: () => tick(here()?.querySelector("[data-strict]")),
    Digit0: () => { const ticked = here()?.querySelector("[data-missing]:checked"); if (ticked) tick(ticked); },
  };
  for (const n of [1, 2, 3, 4]) acts[`Digit${n}`] = () => tick(here()?.querySelectorAll("[data-missing]")[n - 1]);
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const act = event.altKey && !event.ctrlKey && !event.metaKey ? acts[event.code] : null;
    const save = (event.ctrlKey || event.metaKey) && (event.key === "s" || event.key === "Enter") && !event.altKey;
    const beside = save && event.key === "Enter" && event.target.closest?.("[data-capture]"); // what is captured has its own form to save
    if ((!act && !save) || beside) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (act) act();
    else page.flush();
  }, true);
}
