/* Fields that only some choices of a list need: `[data-for="single multiple"]` is shown while the list marked `data-shows` says so. */

export function enliven(root) {
  for (const list of root.querySelectorAll("select[data-shows]")) {
    const parts = list.form.querySelectorAll("[data-for]");
    const update = () => { for (const part of parts) part.hidden = !part.dataset.for.split(" ").includes(list.value); };
    list.addEventListener("change", update);
    update();
  }
}
