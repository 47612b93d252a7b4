// Building nodes. Data reaches the page only as text nodes and checked attributes, never as markup:
// what a person, a lawyer or an editor typed can not become an element.

const SVG = "http://www.w3.org/2000/svg";

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => Array.from(root.querySelectorAll(selector));

/** el("p", {class: "x", onclick: fn}, "text", node, null): null, false and "" are left out. */
export function el(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  add(node, children);
  return node;
}

export function add(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

// Hotlines written inside a sentence become links. 110 and 120 are left alone here: they are also amounts and days
// ("120 日内"), and the safety card has its own large buttons for them.
const HOTLINE = /(12348|12333|12338|12345|12315|12309|12368|12355|12388|0755-?\d{8})(?![\d.]|\s*[元日天年人万名件])/g;

export function withPhones(text) {
  const parts = [];
  let end = 0;
  for (const match of String(text).matchAll(HOTLINE)) {
    if (/\d/.test(text[match.index - 1] || "")) continue;
    parts.push(text.slice(end, match.index), el("a", { href: `tel:${match[0]}`, class: "tel" }, match[0]));
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  return parts;
}

/** Paragraphs at line breaks; empty lines are dropped. */
export function paragraphs(text, props) {
  return String(text).split(/\n+/).filter((line) => line.trim()).map((line) => el("p", props, withPhones(line)));
}

export const reducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Reads lines aloud, or stops; null where the browser has no voice. Seen in the elderly mode alone (chat.css). */
export function aloudButton(lines) {
  if (!("speechSynthesis" in window)) return null;
  const button = el("button", { type: "button", class: "aloud", "aria-pressed": "false" }, "读给我听");
  const show = (reading) => {
    button.setAttribute("aria-pressed", String(reading));
    button.textContent = reading ? "停" : "读给我听";
  };
  button.addEventListener("click", () => {
    const reading = button.getAttribute("aria-pressed") === "true";
    speechSynthesis.cancel(); // another card may be speaking
    if (reading) return show(false);
    const all = lines();
    all.forEach((line, index) => {
      const speech = new SpeechSynthesisUtterance(line);
      speech.lang = "zh-CN";
      speech.rate = 0.85;
      speech.onend = speech.onerror = () => index === all.length - 1 && show(false);
      speechSynthesis.speak(speech);
    });
    show(all.length > 0);
  });
  return button;
}
