/* What calls and messages need of a script: a target is claimed as its number is tapped, a text is copied, a page printed. */
import {show} from "./toasts.js";

async function claim(event) {
  const link = event.currentTarget;
  event.preventDefault();
  const body = new URLSearchParams({csrf_token: document.querySelector("meta[name=csrf-token]").content});
  const answer = await fetch(link.dataset.claimUrl, {method: "POST", body, headers: {Accept: "application/json"}}).then((r) => r.json()).catch(() => ({free: true}));
  if (answer.free) { location.href = link.href; return; }
  show(answer.text, "warn");
}

async function copy(event) {
  const button = event.currentTarget, text = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(text.innerText);
  show(button.dataset.copied, "ok");
}

export function enliven(root) {
  for (const link of root.querySelectorAll("a[data-claim-url]")) link.addEventListener("click", claim);
  for (const button of root.querySelectorAll("[data-copy]")) button.addEventListener("click", copy);
  for (const button of root.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
}
