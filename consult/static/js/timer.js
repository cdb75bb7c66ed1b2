/* How long the interview lasts: begun and stopped by hand, going on through a reload. The tablet's clock may be wrong; only how much it has
   advanced counts, and the minutes are what is sent. */
const KEY = "consult.timer:";

export function timer(form, stopped) {
  const button = document.querySelector("[data-timer]");
  if (!button) return;
  const key = KEY + form.dataset.writing;
  const output = button.querySelector("[data-timer-shown]");
  const begun = () => Number(localStorage.getItem(key)) || 0;
  const show = () => {
    const since = begun();
    button.setAttribute("aria-pressed", String(since > 0));
    button.classList.toggle("running", since > 0);
    const seconds = since ? Math.max(0, Math.floor((Date.now() - since) / 1000)) : 0;
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    output.textContent = since ? `${hours ? `${hours}:` : ""}${String(minutes).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}` : button.dataset.timer;
  };
  button.addEventListener("click", () => {
    const since = begun();
    if (since) { localStorage.removeItem(key); stopped(Math.min(1440, Math.max(1, Math.round((Date.now() - since) / 60000)))); }
    else localStorage.setItem(key, String(Date.now()));
    show();
  });
  setInterval(() => { if (begun()) show(); }, 1000);
  show();
}
