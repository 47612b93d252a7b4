// Topics to start from, in two tabs; the tab chosen is remembered.

import { $, $$ } from "./dom.js";
import { settings } from "./store.js";

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
