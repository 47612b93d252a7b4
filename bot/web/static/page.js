// The frame around the conversation: large type, menu, network sign, topics to start from, what is shown when.
// One file, like cards.js with its citations: with twelve files to fetch, not fourteen, a browser's six connections need
// one round trip less (about 0.1 s on a cheap phone).

import { $, $$ } from "./dom.js";
import { settings } from "./store.js";

export function setUpLargeType() {
  const root = document.documentElement;
  const button = $("[data-do=large]");
  const show = () => button.setAttribute("aria-pressed", String(root.classList.contains("large")));
  button.addEventListener("click", () => {
    const large = root.classList.toggle("large");
    settings.set("large", large ? 1 : null);
    show();
    measureFrame();
  });
  show();
}

/** Buttons with `data-do` (menu on phones, rail on wide screens) share one set of actions. */
export function setUpActions(actions) {
  const menu = $(".menu");
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (menu.open && (button || !menu.contains(event.target))) menu.open = false;
    if (button && actions[button.dataset.do]) actions[button.dataset.do]();
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    $("summary", menu).focus();
  });
}

export function setUpNetworkSign(backOnline) {
  const show = () => ($("#offline").hidden = navigator.onLine);
  addEventListener("offline", show);
  addEventListener("online", () => {
    show();
    backOnline();
  });
  show();
}

/** In WeChat's own browser, a way to be the same person here and in the chat there. */
export function offerWeChat(session) {
  const here = Boolean(session.wechat) && /MicroMessenger/i.test(navigator.userAgent);
  for (const link of $$("[data-wechat]")) link.hidden = !here;
}

const NAME = document.title;
const PLACEHOLDER = { bot: "说说发生了什么……", lawyer: "说给律师……" };

/** Where the case stands, as long as there is one that lives: `{code, status, label, line, live, speaks}` or null. */
export function showCase(state) {
  const strip = $("#case");
  const live = Boolean(state && state.live);
  if (strip.hidden === live) strip.hidden = !live;
  $("#text").placeholder = PLACEHOLDER[live ? state.speaks : "bot"];
  if (!live) return;
  for (const part of ["label", "line", "code"]) {
    const node = $(`[data-case=${part}]`);
    if (node.textContent !== state[part]) node.textContent = state[part]; // said anew only when it changed
  }
}

/** A lawyer wrote while the page was out of sight: the tab says so until somebody looks. */
export function tellInTitle() {
  if (document.visibilityState === "visible") return;
  document.title = `【律师回复了】${NAME}`;
  document.addEventListener("visibilitychange", () => (document.title = NAME), { once: true });
}

/** The hero and the starters make room once there is a conversation. */
export function showWelcome({ hero, starters }) {
  $(".hero").hidden = !hero;
  $("#starters").hidden = !starters;
}

/** Height of header and composer, so that what is scrolled to or focused is never under them. */
export function measureFrame() {
  const root = document.documentElement.style;
  root.setProperty("--top", `${$(".top").offsetHeight}px`);
  root.setProperty("--bottom", `${$("#composer")?.offsetHeight ?? 0}px`); // a card's own page has none
}

/** Topics to start from, in two tabs; the tab chosen is remembered. */
export function setUpStarters(ask) {
  const tabs = $$("#starters [role=tab]");
  const select = (wanted, focus) => {
    for (const each of tabs) {
      const on = each === wanted;
      each.setAttribute("aria-selected", String(on));
      each.tabIndex = on ? 0 : -1;
      $(`#${each.getAttribute("aria-controls")}`).hidden = !on;
    }
    settings.set("who", wanted.id);
    if (focus) wanted.focus();
  };
  tabs.forEach((each, index) => {
    each.addEventListener("click", () => select(each));
    each.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      select(tabs[(index + step + tabs.length) % tabs.length], true);
    });
  });
  const remembered = tabs.find((each) => each.id === settings.get("who"));
  if (remembered) select(remembered);
  $("#starters").addEventListener("click", (event) => {
    const button = event.target.closest("[data-question]");
    if (button) ask(button.dataset.question);
  });
}
