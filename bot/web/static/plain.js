// Plain pages work without any script; with it they have the elderly mode: large type, read aloud.

import { $, $$, aloudButton } from "./dom.js";
import { setUpLargeType } from "./page.js";

setUpLargeType();
const main = $("#main");
const lines = () => $$("h1, h2, h3, p, li, summary", main).filter((node) => node.offsetParent && !node.querySelector("p, li")).map((node) => node.textContent.trim());
const button = aloudButton(lines);
if (button) main.prepend(button);
