/* What waits in this browser is sent from whatever page its writer opens next: after a tunnel, after signing in again. */
import {make, word} from "./page.js";
import {drop, everything, keep, mine, reader, send} from "./outbox.js";
import {show as toast} from "./toasts.js";

const here = (entry) => document.querySelector("form[data-writing]") && entry.page === location.pathname;

async function told(outcomes) {
  const left = (await mine()).filter((entry) => !here(entry));
  if (outcomes.includes("saved")) toast(word("resent", {n: outcomes.filter((each) => each === "saved").length}), "ok");
  const trouble = left.find((entry) => entry.state !== "waiting");
  if (!trouble) return;
  const place = document.querySelector("[data-toasts]");
  place?.append(make("div", {class: "toast warn", "data-toast": "waiting"}, make("p", {class: "grow"}, word("resent_trouble", {what: trouble.label}), " ", make("a", {href: trouble.page}, word("open")))));
}

export async function start() {
  const entries = (await everything()).filter((entry) => entry.reader === reader && entry.state === "waiting" && !here(entry));
  const address = document.body.dataset.session;
  const outcomes = [];
  for (const entry of entries) {
    const answer = await send(entry, address);
    outcomes.push(answer.outcome);
    if (answer.outcome === "saved") await drop(entry.key, entry.at);
    else if (["refused", "disputed", "locked"].includes(answer.outcome)) await keep({...entry, state: answer.outcome === "disputed" ? "disputed" : "refused", said: answer.said});
    else break;
  }
  await told(outcomes);
}
