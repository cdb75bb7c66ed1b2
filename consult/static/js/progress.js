/* Long work: data-progress-url answers {done, total, text, state, url} and is asked every second until it says where to go. */
import {word} from "./page.js";

const EVERY = 1000;
const FINISHED = new Set(["done", "failed", "interrupted", "cancelled"]);

class Progress {
  constructor(place) {
    this.place = place;
    this.bar = place.querySelector("progress");
    this.text = place.querySelector("[data-progress-text]");
    this.misses = 0;
    this.ask();
  }

  async ask() {
    try {
      const answer = await fetch(this.place.dataset.progressUrl, {headers: {Accept: "application/json"}});
      if (!answer.ok) throw new Error(String(answer.status));
      this.misses = 0;
      this.show(await answer.json());
    } catch {
      this.misses += 1;
      if (this.misses > 2) this.say(word("failed"));
      this.again();
    }
  }

  show(job) {
    if (job.total) { this.bar.max = job.total; this.bar.value = job.done; }
    else this.bar.removeAttribute("value");
    const part = job.total ? ` ${Math.floor(100 * job.done / job.total)}\u00a0%` : "";
    this.say((job.text ?? "") + part);
    if (FINISHED.has(job.state)) { if (job.url) location.assign(job.url); }
    else this.again();
  }

  /** Every second is seen; only a change of ten per cent or of words is spoken. */
  say(text) {
    const rough = text.replace(/\d(?=\u00a0%)/, "0");
    this.place.querySelector("[data-progress-shown]").textContent = text;
    if (rough !== this.spoken) this.text.textContent = text;
    this.spoken = rough;
  }

  again() { setTimeout(() => this.ask(), EVERY * Math.min(1 + this.misses, 10)); }
}

export function enliven(root) {
  for (const place of root.matches?.("[data-progress-url]") ? [root] : root.querySelectorAll("[data-progress-url]")) {
    if (place.dataset.ready) continue;
    place.dataset.ready = "1";
    new Progress(place);
  }
}
