/* What is pasted out of a word processor or a web page becomes Markdown: headings, lists, bold, italic and links stay; styles go. */
const BLOCKS = new Set(["P", "DIV", "H1", "H2", "H3", "H4", "H5", "H6", "LI", "TR", "BLOCKQUOTE", "UL", "OL", "TABLE", "THEAD", "TBODY", "TFOOT"]);
const DROPPED = new Set(["STYLE", "SCRIPT", "META", "LINK", "TITLE", "HEAD", "XML", "O:P"]);

const marked = (text, mark) => text.replace(/^(\s*)([\s\S]*?)(\s*)$/, (whole, before, inner, after) => (inner ? `${before}${mark}${inner}${mark}${after}` : whole));
const weight = (node) => /bold|[6-9]00/.test(/font-weight:\s*([^;]+)/.exec(node.dataset.worn ?? "")?.[1] ?? "");

function inline(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/[\s\u00a0]+/g, " ");
  if (node.nodeType !== Node.ELEMENT_NODE || DROPPED.has(node.tagName)) return "";
  if (node.tagName === "BR") return "\n";
  const text = [...node.childNodes].map(inline).join("");
  if (["B", "STRONG"].includes(node.tagName) && !/font-weight:\s*normal/.test(node.dataset.worn ?? "")) return marked(text, "**");
  if (node.tagName === "SPAN" && weight(node)) return marked(text, "**");
  if (["I", "EM"].includes(node.tagName)) return marked(text, "*");
  if (node.tagName === "A" && /^https?:/.test(node.getAttribute("href") ?? "") && text.trim()) return `[${text.trim()}](${node.getAttribute("href")})`;
  return text;
}

/** Word writes the items of its lists as paragraphs of a class of their own, with the bullet as text. */
function fromWord(node, text) {
  if (!/MsoListParagraph/i.test(node.className)) return null;
  return `- ${text.replace(/^\s*(?:[·•§oü–-]|\(?\d{1,3}[.)]|[a-z][.)])\s+/u, "")}`;
}

function block(node, out, depth = 0) {
  if (node.nodeType === Node.ELEMENT_NODE && (DROPPED.has(node.tagName) || node.tagName === "#comment")) return;
  if (![...node.childNodes].some((child) => BLOCKS.has(child.tagName))) {
    const text = inline(node).trim();
    if (text) out.push(fromWord(node, text) ?? text);
    return;
  }
  let run = "";
  const end = () => { if (run.trim()) out.push(run.trim()); run = ""; };
  for (const child of node.childNodes) {
    if (!BLOCKS.has(child.tagName)) { run += inline(child); continue; }
    end();
    if (/^H[1-6]$/.test(child.tagName)) { const text = inline(child).trim(); if (text) out.push(`### ${text}`); }
    else if (child.tagName === "UL" || child.tagName === "OL") items(child, out, depth);
    else if (child.tagName === "TR") out.push([...child.cells].map((cell) => inline(cell).trim()).join(" | "));
    else if (child.tagName === "BLOCKQUOTE") { const inner = []; block(child, inner); out.push(inner.map((line) => `> ${line}`).join("\n")); }
    else block(child, out, depth);
  }
  end();
}

function items(list, out, depth) {
  const lines = [];
  [...list.children].forEach((item, index) => {
    const nested = [...item.children].filter((child) => ["UL", "OL"].includes(child.tagName));
    const text = [...item.childNodes].filter((child) => !nested.includes(child)).map(inline).join("").trim();
    if (text) lines.push(`${"  ".repeat(depth)}${list.tagName === "OL" ? `${index + 1}.` : "-"} ${text}`);
    for (const each of nested) { const inner = []; items(each, inner, depth + 1); lines.push(...inner); }
  });
  out.push(lines.join("\n"));
}

/** The Markdown of a piece of HTML. The piece is only read: it never enters the page, and its styles are never applied, which the policy
    would refuse. */
export function markdown(html) {
  const out = [];
  block(new DOMParser().parseFromString(html.replace(/\sstyle\s*=/gi, " data-worn="), "text/html").body, out);
  return out.filter(Boolean).map((line, n) => (n === 0 ? line : (/^\s*- /.test(line) && /^\s*- /.test(out[n - 1]) ? "\n" : "\n\n") + line)).join("").replace(/\n{3,}/g, "\n\n");
}

const FORMATTED = /<(?:b|strong|i|em|ul|ol|h[1-6]|table|blockquote)\b|mso-|MsoNormal|MsoList|docs-internal-guid/i;

/** Clean what is pasted into the text areas of a form. */
export function cleanPastes(form) {
  form.addEventListener("paste", (event) => {
    const html = event.clipboardData?.getData("text/html") ?? "";
    if (!event.target.matches("textarea") || !FORMATTED.test(html)) return;
    event.preventDefault();
    const pasted = markdown(html);
    const before = event.target.value.slice(0, event.target.selectionStart).replace(/[^\S\n]+$/, "");
    const text = before && !before.endsWith("\n") && /^(?:#|- |1\. |> )/.test(pasted) ? `\n\n${pasted}` : pasted; // a heading or a list begins its own line
    document.execCommand("insertText", false, text) || event.target.setRangeText(text, event.target.selectionStart, event.target.selectionEnd, "end");
    event.target.dispatchEvent(new Event("input", {bubbles: true}));
  });
}
