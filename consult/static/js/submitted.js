/* After a form was submitted: the browser's copy goes once the server has taken the text, and stays when it has not. */
import {ask} from "./dialogs.js";
import {everything, FLAG} from "./outbox.js";
import {forget} from "./day.js";
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

/** Signing out forgets what this browser holds, of whomever: asked first when that would lose something. */
async function beforeSignOut(event) {
  const form = event.target;
  if (form.dataset.asked) return;
  event.preventDefault();
  const waiting = localStorage.getItem(FLAG) ? (await everything()).length : 0;
  if (waiting + unsent().length > 0 && !(await ask(word("unsent"), word("sign_out")))) return;
  form.dataset.asked = "1";
  await forget().catch(() => null);
  indexedDB.deleteDatabase("consult");
  localStorage.removeItem(FLAG);
  for (const key of Object.keys(localStorage)) if (key.startsWith(DRAFTS)) localStorage.removeItem(key);
  form.requestSubmit();
}

export function start() {
  document.querySelector("[data-sign-out]")?.addEventListener("submit", beforeSignOut);
  const key = sessionStorage.getItem(LEAVING);
  if (!key) return;
  sessionStorage.removeItem(LEAVING);
  if (!document.querySelector(REFUSED)) localStorage.removeItem(key);
}
