// Composition root of the self-service machine. It keeps nothing: who leaves, or does not touch it for a minute, is wiped.

import { Api } from "./api.js";
import { Composer } from "./composer.js";
import { Conversation, NEW_CONVERSATION } from "./conversation.js";
import { Delivery } from "./delivery.js";
import { askConsent, askHelper } from "./dialogs.js";
import { $, $$ } from "./dom.js";
import { settings, tab, uuid } from "./store.js";

const IDLE_MS = 60_000;
const WARNED_S = 15;

const api = new Api();
const conversation = new Conversation({
  choose: (card, choice) => submit({ choice: choice.id, card: card.id, label: choice.label }),
  rate: (card, good, comment) => api.feedback(comment === undefined ? { card: card.id, good } : { card: card.id, good, comment }),
  statute: (law, article) => api.statute(law, article),
});
const composer = new Composer((text) => submit({ text, typed: true }));
const delivery = new Delivery({ api, conversation, composer, consent });

async function consent() {
  if (api.session.consented) return true;
  if ((await askConsent(api.session.notice)) !== "yes") return false;
  await api.consent();
  return true;
}

let forWhom = ""; // a child may ask for a parent: said with the first question (`service/helper.py` reads it)
let forSaid = false;

function named(text) {
  if (!forWhom || forSaid) return text;
  forSaid = true;
  return `我替${forWhom}问：${text}`;
}

async function chooseHelper() {
  const who = await askHelper();
  if (who === null || who === undefined) return;
  forWhom = who;
  forSaid = false;
  $("#for").hidden = !who;
  $("#for").textContent = who ? `正在替${who}问` : "";
}

let another = false; // the next question has nothing to do with what was said before

async function submit({ text, choice, card, label, typed = false }) {
  if (composer.busy) return;
  composer.busy = true;
  composer.error("");
  try {
    if (!api.session) await api.start();
    if (!(await consent())) return;
  } catch (error) {
    composer.error(error.message);
    return;
  } finally {
    composer.busy = false;
  }
  if (typed) composer.taken();
  talking(true);
  if (another) {
    another = forSaid = false;
    await delivery.send({ client_id: uuid(), text: NEW_CONVERSATION }, conversation.person(NEW_CONVERSATION));
  }
  if (!choice) text = named(text);
  const bubble = conversation.person(text || label);
  conversation.reveal(bubble.node);
  await delivery.send(choice ? { client_id: uuid(), choice, card, label } : { client_id: uuid(), text }, bubble);
}

function talking(on) {
  $("#home").hidden = on;
  for (const name of ["home", "print", "take"]) $(`[data-do=${name}]`).hidden = !on;
}

// -- leaving ------------------------------------------------------------------

let leaving = false;

/** Nothing of the person is left: not on the page, not in storage, not in the session, not with us. */
async function leave() {
  if (leaving) return;
  leaving = true;
  if ("speechSynthesis" in window) speechSynthesis.cancel();
  document.body.replaceChildren(); // what could be read goes first, whatever the network does
  settings.clear();
  tab.clear();
  try {
    await api.leave();
  } catch {
    // The cookie is still there: the page that loads now tries again before anybody can use it.
  }
  location.replace("/kiosk");
}

let touched = Date.now();
let asking = false;
for (const kind of ["pointerdown", "keydown", "wheel", "touchmove"]) addEventListener(kind, () => (touched = Date.now()), { passive: true });

setInterval(() => {
  if ("speechSynthesis" in window && speechSynthesis.speaking) touched = Date.now();
  const idle = Date.now() - touched;
  const clean = !api.session && !composer.value && !forWhom && $("#home") && !$(".kiosk__topic[aria-expanded=true]");
  if (asking || leaving || clean || idle < IDLE_MS) return;
  warn();
}, 1000);

/** Asks whether anybody is there; nobody answers: wiped. */
function warn() {
  asking = true;
  const dialog = $("#idle");
  const until = Date.now() + WARNED_S * 1000;
  const tick = setInterval(() => {
    const left = Math.ceil((until - Date.now()) / 1000);
    $("#idle-left").textContent = Math.max(0, left);
    if (left <= 0) finish("leave");
  }, 250);
  const finish = (answer) => {
    clearInterval(tick);
    asking = false;
    if (answer === "leave") return leave();
    touched = Date.now();
    if (dialog.open) dialog.close();
  };
  $("#idle-left").textContent = WARNED_S;
  for (const other of $$("dialog[open]")) other.close();
  dialog.onclick = (event) => event.target.closest("[data-answer]") && finish(event.target.closest("[data-answer]").dataset.answer);
  dialog.oncancel = () => finish("stay");
  dialog.showModal();
}

// -- taking along, printing, numbers ------------------------------------------

async function take() {
  try {
    const { svg } = await api.take();
    $("#code").replaceChildren(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement);
    const dialog = $("#taken");
    dialog.onclick = (event) => {
      const button = event.target.closest("[data-answer]");
      if (!button) return;
      dialog.close();
      if (button.dataset.answer === "leave") leave();
    };
    dialog.showModal();
  } catch (error) {
    composer.error(error.message);
  }
}

function press(key) {
  const text = $("#text");
  composer.put(key === "删" ? text.value.slice(0, -1) : text.value + key);
}

const DO = {
  leave,
  helper: chooseHelper,
  take,
  print: () => print(),
  home: () => {
    another = true;
    talking(false);
  },
  pad: (button) => {
    const open = ($("#pad").hidden = !$("#pad").hidden);
    button.setAttribute("aria-expanded", String(!open));
  },
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (event.target.closest("a")) event.preventDefault(); // nobody leaves to another page
  if (!button) return;
  if (button.dataset.do) DO[button.dataset.do](button);
  else if (button.dataset.key) press(button.dataset.key);
  else if (button.dataset.question) submit({ text: button.dataset.question });
  else if (button.dataset.topic) {
    for (const topic of $$(".kiosk__topic")) {
      const on = topic === button;
      topic.setAttribute("aria-expanded", String(on));
      $(`#problems-${topic.dataset.topic}`).hidden = !on;
    }
    $(`#problems-${button.dataset.topic}`).scrollIntoView({ block: "nearest" });
  }
});
addEventListener("contextmenu", (event) => event.preventDefault());
addEventListener("pageshow", (event) => event.persisted && location.reload()); // the back button brings nothing back

/** A machine that lost its power in the middle of a conversation begins clean. */
async function begin() {
  settings.clear();
  tab.clear();
  composer.put("");
  try {
    const session = await api.start();
    if (session.consented || session.conversation) await api.leave();
  } catch { /* no network: asked again with the first question */ }
  api.session = null;
  performance.mark("xf-usable");
}
begin();
