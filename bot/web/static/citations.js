// A citation unfolds to the law's own words (quoted), or says plainly that they must be looked up (referenced).

import { add, el, icon, paragraphs } from "./dom.js";

export function citation(cite, { statute }) {
  const quoted = cite.kind === "quoted";
  const body = el("div", { class: "cite__body" });
  const details = el(
    "details",
    { class: `cite cite--${quoted ? "quoted" : "referenced"}` },
    el("summary", { class: "cite__head" },
      el("span", { class: "cite__label" }, cite.label),
      el("span", { class: "badge" }, badge(cite, quoted)),
      icon("chevron")),
    body,
  );
  if (quoted && cite.text) {
    add(body, [verbatim(cite.text), cite.paragraph || cite.item ? wholeArticle(cite, statute) : null]);
  } else if (quoted) {
    // The card came without its text: fetch it when, and only when, the person unfolds it.
    details.addEventListener("toggle", () => details.open && !body.firstChild && load(cite, statute, body));
  } else {
    add(body, [
      el("p", {}, cite.note || "条文请核对官方文本"),
      cite.number && el("p", { class: "cite__meta" }, `文号：${cite.number}`),
      cite.in_force_since && el("p", { class: "cite__meta" }, `自 ${cite.in_force_since} 起施行`),
    ]);
  }
  if (cite.source) add(details, [el("p", { class: "cite__source" }, "来源：", source(cite.source))]);
  return details;
}

function badge(cite, quoted) {
  if (quoted) return `现行有效 · 自${cite.in_force_since}起施行`;
  return ["条文请核对官方文本", cite.number].filter(Boolean).join(" · ");
}

const verbatim = (text) => el("blockquote", { class: "cite__text", lang: "zh-CN" }, paragraphs(text));

function wholeArticle(cite, statute) {
  const place = el("div");
  const button = el("button", { type: "button", class: "link", onclick: () => load(cite, statute, place) }, "看这一条的全文");
  add(place, [button]);
  return place;
}

async function load(cite, statute, place) {
  place.replaceChildren(el("p", { class: "cite__meta" }, "正在取条文……"));
  try {
    const found = await statute(cite.law, cite.article);
    const text = typeof found.text === "string" ? found.text : found.article.text;
    place.replaceChildren(verbatim(text));
  } catch (error) {
    const again = el("button", { type: "button", class: "link", onclick: () => load(cite, statute, place) }, "再试一次");
    place.replaceChildren(el("p", { class: "cite__meta" }, error.status === 404 ? "书里没有找到这一条，请核对官方文本。" : "条文暂时取不到。"), again);
  }
}

/** Only an https address becomes a link; a file name or anything else stays words. */
function source(text) {
  if (!/^https:\/\/[^\s]+$/.test(text)) return text;
  return el("a", { href: text, rel: "noopener noreferrer nofollow", target: "_blank" }, text.replace(/^https:\/\//, "").split("/")[0]);
}
