/* Menus are <details data-menu>: one open at a time, closed by Escape or a click elsewhere. */
function close(menu, refocus) {
  menu.open = false;
  if (refocus) menu.querySelector("summary").focus();
}

/** Of tabs that do not all fit, the present one is to be seen. */
function showPresentTabs() {
  for (const tab of document.querySelectorAll(".views [aria-current]")) {
    const row = tab.closest(".views");
    row.scrollLeft = tab.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
  }
}

export function start() {
  showPresentTabs();
  document.addEventListener("htmx:after:swap", showPresentTabs);
  document.addEventListener("toggle", (event) => {
    if (!event.target.matches?.("details[data-menu]") || !event.target.open) return;
    for (const menu of document.querySelectorAll("details[data-menu][open]")) if (menu !== event.target && !menu.contains(event.target)) close(menu);
  }, true);
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) if (!menu.contains(event.target)) close(menu);
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("details[data-menu][open]");
    if (!menu) return;
    if (event.key === "Escape") close(menu, true);
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    if (event.target.matches("input, select, textarea")) return;
    const items = [...menu.querySelectorAll(".menu-panel a, .menu-panel button, .study li a")];
    const at = items.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    items.at(at % items.length)?.focus();
    event.preventDefault();
  });
}
