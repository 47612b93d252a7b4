// Getting words to 小法 and answers back: one message at a time, resent under the same id, never shown twice.

import { el } from "./dom.js";
import { showCase, tellInTitle } from "./page.js";
import { tab } from "./store.js";

// The server answers within 3.5 s or says "pending"; then we look again, ever more slowly, for about two minutes.
const LOOK_AFTER_MS = [1000, 1500, 2000, 2500, 3000, 4000, 5000, 6000, 8000, 8000, 10000, 10000, 15000, 15000, 15000, 15000];
const IDLE_MS = 25000;
const LIVE_MS = { visible: 3000, hidden: 15000 }; // while a lawyer may answer any moment
const PAGE = 50;

export class Delivery {
  #api;
  #conversation;
  #composer;
  #consent;
  #after = 0;
  #turn = 0; // grows with every message sent: what a slower look brought back meanwhile is out of date
  #owed = 0; // answers promised ("pending") and not yet here
  #looking = false;
  #timer = null; // of the next look, and how long it waits
  #wait = 0;
  #case = null; // the live case, as the server told it last
  #seen = new Set(); // ids of messages and cards already on the page
  #failed = new Map(); // client id -> {message, bubble}: shown with a retry button

  /** `consent()` asks for it again and resolves to true when given. */
  constructor({ api, conversation, composer, consent }) {
    this.#api = api;
    this.#conversation = conversation;
    this.#composer = composer;
    this.#consent = consent;
  }

  /** `message`: {client_id, text} or {client_id, choice, card, label}. */
  async send(message, bubble, { recovered = false } = {}) {
    const { label, starter, ...body } = message; // these two are ours, not the API's
    this.#turn += 1;
    this.#composer.busy = true;
    this.#failed.delete(message.client_id);
    remember(message);
    bubble.sent();
    this.#conversation.typing(this.#withLawyer ? "正在交给律师……" : "小法正在看您的问题……");
    try {
      const answer = await this.#api.send(body);
      forgetUnsent(message.client_id);
      if (recovered && this.#seen.has(answer.message_id)) bubble.remove(); // history already shows it
      this.#seen.add(answer.message_id);
      const shown = answer.cards.map((card) => this.#show({ author: "bot", id: card.id, card })).filter(Boolean);
      if (answer.status === "pending") this.#owed += 1;
      else if (!shown.length || this.#case || answer.cards.some((card) => card.kind === "handoff")) this.#soon();
      if (shown.length) this.#reveal(bubble.node, shown[0], Boolean(message.choice || message.starter));
    } catch (error) {
      await this.#notSent(message, bubble, error);
    } finally {
      this.#composer.busy = false;
      if (this.#owed > 0) this.#look();
      else this.#conversation.notTyping();
    }
  }

  async #notSent(message, bubble, error) {
    const lostConsent = error.kind === "session" && this.#api.session && !this.#api.session.consented;
    if (lostConsent && (await this.#consent())) return this.send(message, bubble);
    const words = message.text || message.label;
    const takeBack = lostConsent || error.kind === "refused";
    if (takeBack && (message.choice || !this.#composer.value.trim())) {
      // Sending the same again would fail again: the words go back into the box, to be changed there.
      forgetUnsent(message.client_id);
      bubble.remove();
      if (message.choice) this.#conversation.reopenLastCard();
      else this.#composer.put(words);
      if (!lostConsent) this.#composer.error(error.message);
      return undefined;
    }
    this.#failed.set(message.client_id, { message, bubble });
    bubble.failed(error.message || "没有发出去，请重试。", () => this.retry(message.client_id));
    return undefined;
  }

  /** Same client id: if it did arrive the first time, the server only repeats its answer. */
  async retry(clientId) {
    const lost = this.#failed.get(clientId);
    if (lost && !this.#composer.busy) await this.send(lost.message, lost.bubble);
  }

  async retryAll() {
    for (const clientId of [...this.#failed.keys()]) await this.retry(clientId);
  }

  /** What this tab sent before a reload without learning whether it arrived. */
  async resendUnsent() {
    for (const message of tab.get("unsent", [])) {
      await this.send(message, this.#conversation.person(message.text || message.label), { recovered: true });
    }
  }

  /** All that was said before. Resolves to the last thing the person said, or null. */
  async history() {
    const all = [];
    for (;;) {
      const page = await this.#api.messages(this.#after);
      this.#advance(page);
      all.push(...page.messages);
      if (page.messages.length < PAGE) break;
    }
    let last = null;
    this.#conversation.quietly(() => {
      for (const message of all) {
        const node = this.#show(message);
        if (message.author === "person" && node) last = { text: message.text, node };
      }
    });
    if (all.length && all[all.length - 1].author === "person" && !this.#withLawyer) {
      this.#owed = 1;
      this.#conversation.typing("小法正在看您的问题……");
      this.#look();
    }
    return last;
  }

  /** New messages since the last look; resolves to how many answers came. Never runs across a message being sent. */
  async sync() {
    const turn = this.#turn;
    if (this.#composer.busy || !this.#api.session || !this.#api.session.consented) return 0;
    const page = await this.#api.messages(this.#after);
    if (turn !== this.#turn || this.#composer.busy) return 0;
    this.#advance(page);
    const nearEnd = innerHeight + scrollY > document.documentElement.scrollHeight - 160;
    const news = page.messages.map((message) => this.#show(message)).filter((node, index) => node && page.messages[index].author !== "person");
    if (page.messages.some((message) => message.author === "lawyer")) tellInTitle();
    if (news.length && (this.#owed > 0 || nearEnd)) this.#reveal(null, news[0], false);
    this.#owed = Math.max(0, this.#owed - news.length);
    if (!this.#owed) this.#conversation.notTyping();
    return news.length;
  }

  #advance(page) {
    const seqs = page.messages.map((message) => message.seq);
    this.#after = Math.max(this.#after, page.next || 0, ...seqs);
    this.#case = page.case || null;
    showCase(this.#case);
    if (this.#case && this.#case.live) this.#watch();
  }

  /** Puts one message on the page unless it is there already; returns its node, or null. */
  #show({ id, author, author_name: name, text, card, at }) {
    const ids = [id, card && card.id].filter(Boolean);
    const known = ids.some((each) => this.#seen.has(each));
    ids.forEach((each) => this.#seen.add(each));
    if (known) return null;
    if (author === "person") {
      if (this.#arrivedAfterAll(text)) return null;
      return this.#conversation.person(text, at).node;
    }
    if (author === "lawyer" || (card && card.kind === "handoff")) this.#watch();
    if (card) return this.#conversation.card({ id, ...card }, at);
    return author === "lawyer" ? this.#conversation.lawyer(text, at, name) : this.#conversation.plain(text, at);
  }

  // A message whose reply was lost on the way stands there as failed, although the server has it.
  #arrivedAfterAll(text) {
    for (const [clientId, { message, bubble }] of this.#failed) {
      if ((message.text || message.label) !== text) continue;
      this.#failed.delete(clientId);
      forgetUnsent(clientId);
      bubble.sent();
      return true;
    }
    return false;
  }

  async #look() {
    if (this.#looking) return;
    this.#looking = true;
    for (const [round, delay] of LOOK_AFTER_MS.entries()) {
      await sleep(delay);
      if (this.#owed <= 0) break;
      if (round === 2) this.#conversation.typing("还在查，请再等一下……");
      try {
        await this.sync();
      } catch { /* the next round tries again */ }
      if (this.#owed <= 0) break;
    }
    this.#looking = false;
    if (this.#owed <= 0) return;
    this.#conversation.notTyping();
    const note = this.#conversation.local(
      el("p", {}, "您的问题已经记下，小法一时还答不上来。回答好了会出现在这里，不用重复问。着急请拨打 ", el("a", { href: "tel:12348", class: "tel" }, "12348"), "。"),
      el("button", { type: "button", class: "btn btn--small", onclick: () => {
        note.remove();
        this.#conversation.typing("再看一下……");
        this.#look();
      } }, "再看看"),
    );
    this.#watch();
  }

  /** A lawyer or a late answer may speak at any time: look now and then while the page is in view. */
  #watch() {
    const live = Boolean(this.#case && this.#case.live);
    const wait = live ? LIVE_MS[document.visibilityState] || LIVE_MS.hidden : IDLE_MS;
    if (this.#timer && wait === this.#wait) return;
    clearTimeout(this.#timer);
    this.#wait = wait;
    this.#timer = setTimeout(async () => {
      if ((live || document.visibilityState === "visible") && !this.#looking) await this.sync().catch(() => {});
      this.#timer = null;
      this.#watch();
    }, wait);
  }

  /** A lawyer has the word: nothing is owed by the program. */
  get #withLawyer() {
    return Boolean(this.#case && this.#case.speaks === "lawyer");
  }

  /** Once this message is done with: what came beside its answer (a case that opened, a notice). */
  #soon() {
    setTimeout(() => this.sync().catch(() => {}), 0);
  }

  #reveal(bubble, answer, moveFocus) {
    const short = bubble && bubble.isConnected && bubble.offsetHeight < innerHeight * 0.3;
    this.#conversation.reveal(short ? bubble : answer);
    // The button that was pressed is gone or disabled; without this the keyboard would start from the top again.
    const head = moveFocus && answer.querySelector(".card__conclusion");
    if (head) head.focus({ preventScroll: true });
  }
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function remember(message) {
  const others = tab.get("unsent", []).filter((each) => each.client_id !== message.client_id);
  tab.set("unsent", [...others, message]);
}

function forgetUnsent(clientId) {
  const others = tab.get("unsent", []).filter((each) => each.client_id !== clientId);
  tab.set("unsent", others.length ? others : null);
}
