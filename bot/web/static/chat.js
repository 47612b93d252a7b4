// Composition root of the chat page: builds the parts, says what happens when. No rule lives here twice.

import { Api } from "./api.js";
import { Composer } from "./composer.js";
import { Conversation, NEW_CONVERSATION } from "./conversation.js";
import { Delivery } from "./delivery.js";
import { askConsent, askForget, askHelper, readNotice, showHotlines } from "./dialogs.js";
import { $, el } from "./dom.js";
import { measureFrame, offerWeChat, setUpActions, setUpLargeType, setUpNetworkSign, setUpStarters, showWelcome } from "./page.js";
import { settings, tab, uuid } from "./store.js";

const api = new Api();
const conversation = new Conversation({
  choose: (card, choice) => submit({ choice: choice.id, card: card.id, label: choice.label }),
  rate: (card, good, comment) => api.feedback(comment === undefined ? { card: card.id, good } : { card: card.id, good, comment }),
  statute: (law, article) => api.statute(law, article),
  lawyer: () => submit({ text: "转给律师" }),
});
const composer = new Composer((text) => submit({ text, typed: true }));
const delivery = new Delivery({ api, conversation, composer, consent: ensureConsent });
let declined = null;
let opening = null;

/** Everything a person says goes through here: typed, chosen on a card, or picked from the starters. */
async function submit({ text, choice, card, label, typed = false }) {
  if (composer.busy) return;
  composer.busy = true;
  composer.error("");
  try {
    await opening; // what was said before comes first on the page
    if (!api.session) await api.start();
    if (!(await ensureConsent())) {
      if (!typed && text && !composer.value.trim()) composer.put(text);
      return;
    }
  } catch (error) {
    composer.error(error.message);
    return;
  } finally {
    composer.busy = false;
  }
  if (!choice && text !== NEW_CONVERSATION) text = named(text);
  const message = choice ? { client_id: uuid(), choice, card, label } : { client_id: uuid(), text, starter: typed ? undefined : true };
  if (typed) composer.taken();
  const fresh = text === NEW_CONVERSATION;
  showWelcome({ hero: false, starters: fresh });
  const bubble = conversation.person(text || label);
  conversation.reveal(bubble.node);
  await delivery.send(message, bubble);
}

/** Nothing is sent before this resolves to true. Closing the dialog decides nothing; declining shows what is left. */
async function ensureConsent() {
  if (api.session.consented) return true;
  const answer = await askConsent(api.session.notice);
  if (answer === "yes") {
    await api.consent();
    if (declined) declined.remove();
    declined = null;
    return true;
  }
  if (answer === "no") showDeclined();
  return false;
}

function showDeclined() {
  if (declined) declined.remove();
  const call = (number) => el("a", { href: `tel:${number}`, class: "tel" }, number);
  declined = conversation.local(
    el("h2", { class: "aside__title", tabindex: "-1" }, "好的，您的话没有发出去"),
    el("p", {}, "它只留在下面的框里，关掉页面就没有了。不同意也有办法："),
    el("ul", { class: "plain" },
      el("li", {}, "拨打公共法律服务热线 ", call("12348"), "，直接跟人说。"),
      el("li", {}, "到就近的公共法律服务站点，当面问。"),
      el("li", {}, "有危险打 ", call("110"), "，有人受伤打 ", call("120"), "，家暴也可以打 ", call("12338"), "。")),
    el("button", { type: "button", class: "btn btn--small", onclick: reconsider }, "我再看看说明"),
  );
  conversation.reveal(declined);
  $("h2", declined).focus({ preventScroll: true });
}

async function reconsider() {
  try {
    if (await ensureConsent()) composer.focus();
  } catch (error) {
    composer.error(error.message);
  }
}

/** For whom a person asks stands before the first question of a conversation (`service/helper.py` reads it). */
function named(text) {
  const who = tab.get("for");
  if (!who || tab.get("for.said")) return text;
  tab.set("for.said", 1);
  return `我替${who}问：${text}`;
}

async function chooseHelper() {
  const who = await askHelper();
  if (who === null) return;
  tab.set("for", who);
  tab.set("for.said", null);
  showFor();
  composer.focus();
}

function showFor() {
  const who = tab.get("for");
  $("#for").hidden = !who;
  $("#for").textContent = who ? `正在替${who}问` : "";
}

function startOver() {
  tab.set("for.said", null);
  if (conversation.empty) return composer.focus();
  return submit({ text: NEW_CONVERSATION });
}

async function forget() {
  const done = await askForget(async () => {
    await api.forget();
    tab.clear();
    settings.clear();
  });
  // A reload is the surest way to leave nothing behind in memory.
  if (done) location.reload();
}

async function notice() {
  try {
    if (!api.session) await api.start();
    if (api.session.consented) await readNotice(api.session.notice);
    else await reconsider();
  } catch (error) {
    composer.error(error.message);
  }
}

async function open() {
  try {
    await api.start();
    offerWeChat(api.session);
    if (!api.session.consented) return;
    const last = await delivery.history();
    if (last) {
      showWelcome({ hero: false, starters: last.text === NEW_CONVERSATION });
      last.node.scrollIntoView({ block: "start" });
    }
    await delivery.resendUnsent();
    if (!conversation.empty) showWelcome({ hero: false, starters: Boolean(last && last.text === NEW_CONVERSATION) });
  } catch (error) {
    const note = conversation.local(
      el("p", {}, `暂时连不上小法：${error.message}`),
      el("button", { type: "button", class: "btn btn--small", onclick: () => {
        note.remove();
        opening = open();
      } }, "再连一次"),
    );
  }
}

/** A link from another page may bring a question (`/#ask=…`): it is put into the box, and the person sends it or not. */
function takeQuestion() {
  const asked = new URLSearchParams(location.hash.slice(1)).get("ask");
  if (!asked) return;
  history.replaceState(null, "", location.pathname);
  if (!composer.value.trim()) composer.put(asked.slice(0, 200));
}

setUpLargeType();
takeQuestion();
setUpStarters((question) => submit({ text: question }));
setUpActions({ new: startOver, forget, notice, hotlines: showHotlines, helper: chooseHelper });
showFor();
setUpNetworkSign(() => delivery.retryAll());
requestAnimationFrame(measureFrame); // not before the first paint: it would lay the page out twice
addEventListener("resize", measureFrame);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") delivery.sync().catch(() => {});
});
// From here on a person can write, choose and call; `make bench` reads this mark.
performance.mark("xf-usable");
opening = open();
