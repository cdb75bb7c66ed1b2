/* The formatting buttons above notes are a custom element of a library; loading it is all there is to do. */
import "../vendor/markdown-toolbar-element.js";

export function enliven() {}
