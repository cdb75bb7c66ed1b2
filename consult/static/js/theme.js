/* The theme changes at once; the choice is posted behind. Without this script the same buttons post and come back. */
export function start() {
  const form = document.querySelector("[data-theme-form]");
  form?.addEventListener("submit", async (event) => {
    const chosen = event.submitter?.value;
    if (!chosen) return;
    event.preventDefault();
    document.documentElement.dataset.theme = chosen;
    for (const each of form.querySelectorAll("button[name=theme]")) each.setAttribute("aria-pressed", String(each === event.submitter));
    const answer = await fetch(form.action, {method: "POST", body: new FormData(form, event.submitter), redirect: "manual"}).catch(() => null);
    if (!answer) return;
    if (answer.status >= 400) form.submit();
  });
}
