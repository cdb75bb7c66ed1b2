/* After a form was submitted: the browser's copy goes once the server has taken the text, and stays when it has not. */
import {ask} from "./dialogs.js";
import {word} from "./page.js";

export const DRAFTS = "consult.draft:";
const LEAVING = "consult.submitted";
const REFUSED = "[data-errors], [data-conflict], .error-page, .bare";

/** Remember, at the moment of submission, which copy may go. */
export function leaving(key) {
  try { sessionStorage.setItem(LEAVING, key); } catch { /* the copy then waits, and is offered again */ }
}

/** Texts of this browser that never reached the server. */
function unsent() {
  return Object.keys(localStorage).filter((key) => {
    if (!key.startsWith(DRAFTS)) return false;
    try { return [JSON.parse(localStorage.getItem(key))].flat().some((copy) => !copy.sent); } catch { return false; }
  });
}

async function beforeSignOut(event) {
  const form = event.target;
  if (form.dataset.asked || unsent().length === 0) return;
  event.preventDefault();
  if (!(await ask(word("unsent"), word("sign_out")))) return;
  form.dataset.asked = "1";
  form.requestSubmit();
}

export function start() {
  document.querySelector("[data-sign-out]")?.addEventListener("submit", beforeSignOut);
  const key = sessionStorage.getItem(LEAVING);
  if (!key) return;
  sessionStorage.removeItem(LEAVING);
  if (!document.querySelector(REFUSED)) localStorage.removeItem(key);
}
