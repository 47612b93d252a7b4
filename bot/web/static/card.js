// One card on a page of its own, read in WeChat's browser: no session here, so nothing to choose and nothing to rate.

import { Api } from "./api.js";
import { renderCard } from "./cards.js";
import { $ } from "./dom.js";
import { setUpLargeType } from "./page.js";

const api = new Api();
const card = JSON.parse($("#card-data").textContent);

setUpLargeType();
$("#card").replaceChildren(renderCard({ ...card, choices: [] }, { statute: (law, article) => api.statute(law, article) }));
