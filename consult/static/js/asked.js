/* Which questions are asked, given the answers so far, and how far each section is: the outline at the left follows. */

const valuesOf = (question) => [...[...question.querySelectorAll("[data-file]")].map((file) => file.dataset.file), ...[...question.querySelectorAll("[data-value] :is(input, select, textarea)")].filter((each) => each.name && !each.closest("[data-kept]")).flatMap((each) => {
  if (["checkbox", "radio"].includes(each.type)) return each.checked ? [each.value] : [];
  return each.multiple ? [...each.selectedOptions].map((option) => option.value) : [each.value];
})].filter((value) => value.trim() !== "");
const missing = (question) => question.querySelector("[data-missing]:checked")?.value ?? null;
const number = (text) => Number(String(text).replace(/[\s\u00a0\u202f]/g, "").replace(",", "."));

const same = (value, wanted) => value === String(wanted) || (value.trim() !== "" && number(value) === number(wanted));
const any = (values, wanted) => values.some((value) => same(value, wanted));

/* The tests of guides/conditions.py, by the same names. */
const TESTS = {
  equals: any, includes: any,
  not_equals: (values, wanted) => values.length > 0 && !any(values, wanted),
  not_includes: (values, wanted) => values.length > 0 && !any(values, wanted),
  answered: (values) => values.length > 0,
  not_answered: (values) => values.length === 0,
  at_least: (values, wanted) => values.length > 0 && number(values[0]) >= number(wanted),
  at_most: (values, wanted) => values.length > 0 && number(values[0]) <= number(wanted),
};

class Asked {
  constructor(form) {
    this.sections = [...form.querySelectorAll("[data-section]")];
    this.questions = [...form.querySelectorAll("[data-key]")];
    this.byKey = new Map(this.questions.map((question) => [question.dataset.key, question]));
    this.bar = document.querySelector("[data-outline-bar]");
    this.observer = new IntersectionObserver((seen) => this.seen(seen), {rootMargin: "-20% 0px -70% 0px"});
    for (const section of this.sections) this.observer.observe(section);
  }

  holds(condition) {
    if (!condition) return true;
    const {question, is, value} = JSON.parse(condition);
    const asked = this.byKey.get(question);
    const values = !asked || asked.hidden || asked.closest("[data-section]").hidden ? [] : valuesOf(asked);
    return (TESTS[is] ?? (() => true))(values, value);
  }

  update() {
    let dealt = 0, asked = 0;
    for (const section of this.sections) {
      section.hidden = !this.holds(section.dataset.condition);
      const own = [...section.querySelectorAll("[data-key]")];
      for (const question of own) question.hidden = !this.holds(question.dataset.condition);
      const shown = own.filter((question) => !question.hidden);
      const done = shown.filter((question) => valuesOf(question).length || missing(question));
      for (const question of shown) question.classList.toggle("dealt", done.includes(question));
      this.mark(section, done.length, shown.length);
      if (!section.hidden) { dealt += done.length; asked += shown.length; }
    }
    if (!this.bar) return;
    this.bar.max = Math.max(asked, 1);
    this.bar.value = dealt;
    document.querySelector("[data-outline-count]").textContent = `${dealt} / ${asked}`;
  }

  mark(section, done, shown) {
    const link = document.querySelector(`.outline a[href="#${section.id}"]`);
    if (!link?.dataset.state) return;
    link.parentElement.hidden = section.hidden;
    const state = done === 0 ? "none" : done < shown ? "part" : "done";
    if (link.dataset.state !== state) {
      link.dataset.state = state;
      link.querySelector(".tick").className = `tick ${state}`;
      link.querySelector("[data-state-said]").textContent = link.dataset[state];
    }
    link.querySelector("[data-section-count]").textContent = `${done}/${shown}`;
  }

  seen(entries) {
    for (const entry of entries) if (entry.isIntersecting) {
      for (const link of document.querySelectorAll(".outline a")) link.toggleAttribute("aria-current", false);
      const link = document.querySelector(`.outline a[href="#${entry.target.id}"]`);
      link?.setAttribute("aria-current", "step");
      const list = link?.closest("ol");
      if (list && list.scrollWidth > list.clientWidth) list.scrollTo({left: link.offsetLeft - list.offsetLeft - list.clientWidth / 3, behavior: "smooth"});
    }
  }
}

/** A guide that is filled in while the interview is logged: what is asked follows what is answered. */
export function enliven(root) {
  const form = root.querySelector("form[data-guide]");
  if (!form || form.dataset.followed) return;
  form.dataset.followed = "1";
  const asked = follow(form);
  form.addEventListener("change", () => asked.update());
}

export function follow(form) {
  const asked = new Asked(form);
  asked.update();
  return asked;
}

