/* Two versions of a field: one click puts the other person's into the field. */
export function enliven(root) {
  for (const button of root.querySelectorAll("[data-take-theirs]")) {
    button.addEventListener("click", () => {
      const field = document.getElementById(button.dataset.takeTheirs);
      field.value = button.dataset.value;
      field.dispatchEvent(new Event("change", {bubbles: true}));
      field.focus();
    });
  }
}
