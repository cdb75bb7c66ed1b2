/* What a form held when the server sent it: whatever differs was typed since, be it before the scripts had come. */
const served = new WeakMap();
const LEFT_OUT = ["csrf_token", "once", "version"];
const NOT_TYPED = ["password", "file", "submit", "button"];

/** A form's fields by name, as `value` (of an element) and `chosen` (of an option, or a box to tick) read them; passwords, files and tokens stay out. */
function fieldsOf(form, value, chosen) {
  const fields = {};
  for (const element of form.elements) {
    if (!element.name || element.disabled || NOT_TYPED.includes(element.type) || LEFT_OUT.includes(element.name)) continue;
    if (element.type === "checkbox" || element.type === "radio") { if (chosen(element)) fields[element.name] = element.value; else fields[element.name] ??= ""; }
    else if (element.multiple) fields[element.name] = [...element.options].filter(chosen).map((option) => option.value);
    else fields[element.name] = value(element);
  }
  return fields;
}

/** What stands in the form now. */
export const typed = (form) => fieldsOf(form, (element) => element.value, (each) => each.selected ?? each.checked);

const firstOf = (select) => ([...select.options].find((option) => option.defaultSelected) ?? select.options[0])?.value ?? "";

/** What the form held when it came; asked once by the page's first script, before boxes are made of its lists. */
export function asServed(form) {
  if (!served.has(form)) served.set(form, fieldsOf(form, (element) => (element.matches("select") ? firstOf(element) : element.defaultValue), (each) => each.defaultSelected ?? each.defaultChecked));
  return served.get(form);
}
