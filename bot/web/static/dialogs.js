// The page's dialogs: consent, forget me, hotlines. Each opens as a modal and resolves to the answer given.

import { $, el, paragraphs } from "./dom.js";

/** Resolves to the `data-answer` of the button pressed, or "close" when the person just closed it. */
function ask(dialog) {
  return new Promise((resolve) => {
    const before = document.activeElement;
    const done = (answer) => {
      dialog.removeEventListener("click", onClick);
      dialog.removeEventListener("close", onClose);
      if (!dialog.close) dialog.removeAttribute("open");
      else if (dialog.open) dialog.close();
      if (before && before.isConnected) before.focus({ preventScroll: true });
      resolve(answer);
    };
    const onClick = (event) => {
      const button = event.target.closest("[data-answer]");
      if (button) done(button.dataset.answer);
    };
    const onClose = () => done("close"); // Esc, or the phone's back gesture
    dialog.addEventListener("click", onClick);
    dialog.addEventListener("close", onClose);
    // Old WebViews know no modal dialog; there it is shown in place, over the page, by the style sheet.
    if (dialog.showModal) dialog.showModal();
    else dialog.setAttribute("open", "");
    const first = dialog.querySelector(".dialog__body");
    if (first) first.scrollTop = 0;
  });
}

/** The notice comes from the server with its version, so that what was agreed to is what was shown. */
function fillNotice(notice) {
  $("#consent-title").textContent = notice.title;
  $("#consent-text").replaceChildren(
    ...notice.paragraphs.flatMap((text) => paragraphs(text)),
    el("p", { class: "dialog__version" }, `说明版本 ${notice.version}`),
  );
}

/** "yes", "no" or "close" (not decided). */
export function askConsent(notice) {
  fillNotice(notice);
  $("#consent-ask").hidden = false;
  $("#consent-read").hidden = true;
  return ask($("#consent"));
}

export function readNotice(notice) {
  fillNotice(notice);
  $("#consent-ask").hidden = true;
  $("#consent-read").hidden = false;
  return ask($("#consent"));
}

export const showHotlines = () => ask($("#hotlines"));

/** For whom a person asks: "爸妈" …, "" for themselves, null when not decided. */
export async function askHelper() {
  const answer = await ask($("#helper"));
  return answer === "close" ? null : answer;
}

/** When forgetting failed the dialog comes back with the reason, so that nobody believes it was done. */
export async function askForget(forget) {
  const error = $("#forget-error");
  error.hidden = true;
  for (;;) {
    if ((await ask($("#forget"))) !== "yes") return false;
    try {
      await forget();
      return true;
    } catch (failure) {
      error.textContent = `还没有删掉：${failure.message}`;
      error.hidden = false;
    }
  }
}
