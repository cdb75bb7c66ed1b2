/* data-confirm="question" on a button or a form: asked in a native dialog before it acts. */
import {word} from "./page.js";

const agreed = new WeakSet();

/** Ask a question; resolves to true when the reader agrees. `verb` names the button that does. */
export function ask(question, verb) {
  const dialog = document.getElementById("confirm");
  if (!dialog) return Promise.resolve(true);
  dialog.querySelector("[data-confirm-text]").textContent = question;
  dialog.querySelector("[data-confirm-yes]").textContent = verb || word("confirm");
  dialog.returnValue = "";
  dialog.showModal();
  dialog.querySelector("[data-confirm-no]").focus();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), {once: true}));
}

/** What a button says it does, for those that show a symbol alone too. */
const named = (button) => button?.textContent.trim() || button?.getAttribute("aria-label");

async function intercept(event) {
  const form = event.target;
  const source = event.submitter?.dataset.confirm ? event.submitter : form;
  if (!source.dataset.confirm || agreed.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await ask(source.dataset.confirm, source.dataset.confirmLabel || named(event.submitter)))) return;
  agreed.add(form);
  form.requestSubmit(event.submitter);
}

export function start() {
  document.addEventListener("submit", intercept, true);
}
