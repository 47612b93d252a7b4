// The box people write in: grows with the text, counts near the limit, keeps the draft, leaves input methods alone.

import { $ } from "./dom.js";
import { tab } from "./store.js";

const LIMIT = 4000;
const COUNT_FROM = 3600;

export class Composer {
  #text = $("#text");
  #send = $("#send");
  #count = $("#count");
  #error = $("#error");
  #busy = false;

  /** `submit(text)` calls `taken()` once the words have left for the log; until then they stay in the box. */
  constructor(submit) {
    if (!this.#text.value) this.#text.value = tab.get("draft", ""); // else: typed before this module arrived
    this.#text.addEventListener("input", () => {
      this.error("");
      tab.set("draft", this.#text.value);
      this.#refresh();
    });
    this.#text.addEventListener("keydown", (event) => {
      // While an input method is composing, Enter picks a word (keyCode 229: Safari ends composition just before this event).
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.#submit(submit);
    });
    $("#composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(submit);
    });
    if (this.#text.value) this.#refresh(); // measuring an empty box would only delay a slow phone
  }

  async #submit(submit) {
    const text = this.#text.value.trim();
    if (this.#busy) return;
    if (!text) return this.focus();
    if (size(text) > LIMIT) return this.error(`太长了，请删到 ${LIMIT} 字以内，或者分两次发。`);
    await submit(text);
  }

  /** Called when the words have left the box for the log. On touch screens the keyboard makes room for the answer. */
  taken() {
    this.put("");
    if (matchMedia("(pointer: coarse)").matches) this.#text.blur();
  }

  put(text) {
    this.#text.value = text;
    tab.set("draft", text);
    this.#refresh();
  }

  get value() {
    return this.#text.value;
  }

  set busy(busy) {
    this.#busy = busy;
    this.#send.setAttribute("aria-disabled", String(busy));
  }

  get busy() {
    return this.#busy;
  }

  error(message) {
    this.#error.textContent = message;
    this.#error.hidden = !message;
  }

  focus() {
    this.#text.focus();
  }

  #refresh() {
    const used = size(this.#text.value);
    this.#count.textContent = used >= COUNT_FROM ? (used > LIMIT ? `多了 ${used - LIMIT} 字` : `还能写 ${LIMIT - used} 字`) : "";
    this.#count.classList.toggle("composer__count--over", used > LIMIT);
    this.#text.style.height = "auto";
    this.#text.style.height = `${this.#text.scrollHeight + 2}px`;
  }
}

/** Code points, as the server counts them. */
const size = (text) => (text.length < COUNT_FROM ? text.length : Array.from(text).length);
