// The log: bubbles for the person, cards for answers, signs of waiting. Knows nothing of the network.

import { closeChoices, renderCard, reopenChoices } from "./cards.js";
import { $, el, icon, paragraphs, reducedMotion } from "./dom.js";

export const NEW_CONVERSATION = "重新开始";
const PAUSE_MS = 30 * 60 * 1000;
const when = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });

export class Conversation {
  #log = $("#log");
  #act;
  #typing = null;
  #lastAt = 0;
  #lastCard = null;

  /** `act`: what the buttons on cards do; see cards.js. */
  constructor(act) {
    this.#act = act;
  }

  get empty() {
    return !this.#log.childElementCount;
  }

  clear() {
    this.#log.replaceChildren();
    this.#typing = this.#lastCard = null;
    this.#lastAt = 0;
  }

  /** While history is filled in, nothing is read aloud; only what comes after is news. */
  quietly(fill) {
    this.#log.setAttribute("aria-live", "off");
    fill();
    setTimeout(() => this.#log.setAttribute("aria-live", "polite"), 300);
  }

  person(text, at) {
    this.#time(at);
    if (this.#lastCard) closeChoices(this.#lastCard, text);
    const fresh = text.trim() === NEW_CONVERSATION;
    const bubble = el("div", { class: fresh ? "said said--fresh" : "said", "data-author": "person" },
      el("div", { class: "said__text" }, el("span", { class: "vh" }, "您说："), fresh ? "新的对话" : text));
    this.#append(bubble);
    return new Bubble(bubble);
  }

  /** Returns the card's element; its choices are live until someone speaks after it. */
  card(card, at) {
    this.#time(at);
    if (this.#lastCard) closeChoices(this.#lastCard);
    const node = renderCard(card, this.#act);
    this.#lastCard = node;
    return this.#append(node);
  }

  /** A person's words, not the program's: name and role on top, and a look of their own. */
  lawyer(text, at, name) {
    this.#time(at);
    if (this.#lastCard) closeChoices(this.#lastCard);
    const who = el("p", { class: "said__who" }, el("span", { class: "said__role" }, "律师"), name || "");
    return this.#append(el("div", { class: "said said--lawyer", "data-author": "lawyer" }, who, el("div", { class: "said__text" }, paragraphs(text))));
  }

  plain(text, at) {
    return this.card({ kind: "notice", conclusion: text }, at);
  }

  /** A word of the page itself (not of the server): what declining means, for example. */
  local(...nodes) {
    return this.#append(el("div", { class: "aside" }, nodes));
  }

  reopenLastCard() {
    if (this.#lastCard) reopenChoices(this.#lastCard);
  }

  typing(text) {
    if (!this.#typing) {
      this.#typing = el("div", { class: "typing", role: "status" }, el("span", { class: "typing__dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")), el("span", { class: "typing__text" }));
      this.#log.append(this.#typing);
    }
    this.#typing.lastChild.textContent = text;
  }

  notTyping() {
    if (this.#typing) this.#typing.remove();
    this.#typing = null;
  }

  /** Bring the start of an answer to the top: a long card is read from its conclusion, not from its end. */
  reveal(node) {
    node.scrollIntoView({ block: "start", behavior: reducedMotion() ? "auto" : "smooth" });
  }

  revealEnd() {
    window.scrollTo({ top: document.documentElement.scrollHeight });
  }

  #append(node) {
    if (this.#typing) this.#typing.before(node);
    else this.#log.append(node);
    return node;
  }

  #time(at) {
    const now = at ? new Date(at) : new Date();
    if (Number.isNaN(now.getTime())) return;
    if (now - this.#lastAt > PAUSE_MS) this.#append(el("p", { class: "when" }, el("time", { datetime: now.toISOString() }, when.format(now))));
    this.#lastAt = now;
  }
}

/** One thing the person said, and how far it got. */
class Bubble {
  constructor(node) {
    this.node = node;
  }

  sent() {
    this.node.classList.remove("said--failed");
    this.node.querySelector(".said__state")?.remove();
  }

  failed(message, retry) {
    this.sent();
    this.node.classList.add("said--failed");
    this.node.append(el("div", { class: "said__state", role: "alert" },
      paragraphs(message),
      el("button", { type: "button", class: "btn btn--small", onclick: retry }, icon("retry"), "重试")));
  }

  remove() {
    this.node.remove();
  }
}
