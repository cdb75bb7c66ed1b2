/* What every module asks of the page: its words, its token, its language. No sentence lives in a script. */
const words = JSON.parse(document.body.dataset.words ?? "{}");

export const language = document.documentElement.lang || "fr";

/** The sentence of that key in the reader's language, with {name} filled in. */
export function word(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** The CSRF token of the page. */
export function token() {
  return document.querySelector("meta[name=csrf-token]")?.content ?? document.querySelector("input[name=csrf_token]")?.value ?? "";
}

/** Take the token of the session that is current now, if there is one; tells whether there was. */
export async function renewToken() {
  try {
    const answer = await fetch(location.href, {headers: {Accept: "text/html"}});
    if (answer.redirected || !answer.ok) return false;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("meta[name=csrf-token]")?.content;
    if (!fresh) return false;
    document.querySelector("meta[name=csrf-token]").content = fresh;
    for (const input of document.querySelectorAll("input[name=csrf_token]")) input.value = fresh;
    return true;
  } catch { return false; }
}

/** An element with attributes and children; text is always text, never markup. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  element.append(...children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";
const sprite = document.querySelector("svg.i use, svg use")?.getAttribute("href")?.split("#")[0] ?? "";

/** An icon of the sprite that the page already uses. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

/** Say something to a screen reader without showing it. */
export function announce(text) {
  let place = document.getElementById("announcer");
  if (!place) {
    place = make("p", {id: "announcer", class: "sr", role: "status", "aria-live": "polite"});
    (document.querySelector("main") ?? document.body).append(place);
  }
  place.textContent = text;
}
