// An answer card (service/cards.py) as HTML: the conclusion first, then what to do with it.

import { add, aloudButton, el, icon, paragraphs, withPhones } from "./dom.js";
import { tab } from "./store.js";

const KIND = {
  answer: "回答",
  clarify: "想确认一下",
  question: "了解情况",
  result: "结果",
  guide: "办事指引",
  statute: "法律条文",
  story: "民法故事",
  places: "去哪里办",
  document: "文书",
  report: "报告",
  safety: "先保证安全",
  handoff: "转给律师",
  notice: "",
};
// A greeting or a question back is not advice: the disclaimer there would only teach people to skip it.
const NOT_ADVICE = new Set(["notice", "question", "clarify", "story"]);
const RATED = new Set(["answer", "guide", "result", "statute", "document", "report"]);
const EMERGENCY = [
  ["110", "报警"],
  ["120", "急救"],
  ["12338", "妇女维权"],
  ["12348", "法律援助"],
];
// Of these the elderly mode shows first what to do now; one button unfolds the rest.
const SHORTENED = new Set(["answer", "guide", "result", "statute", "document"]);
// Ways out of an interview come from the server as ordinary choices; they look quieter than the answers.
const QUIET = /^(上一步|先不说了|就到这里|跳过|不清楚|说不清|都不是|以上都不是|重新开始)/;

let serial = 0;

/**
 * @param {object} card  Card JSON, with `id` when it may be rated or chosen from
 * @param {{choose: Function, rate: Function, statute: Function}} act  what its buttons do
 */
export function renderCard(card, act) {
  const kind = card.kind in KIND ? card.kind : "notice";
  const headId = `card-${++serial}`;
  const article = el("article", { class: `card card--${kind}${SHORTENED.has(kind) ? " card--short" : ""}`, "data-kind": kind, "data-card": card.id, "aria-labelledby": headId });
  add(article, [
    head(card, kind, headId),
    kind === "safety" && emergency(),
    amounts(card.amounts),
    card.deadline && deadline(card.deadline),
    list(...stepsOf(card, kind)),
    SHORTENED.has(kind) && whole(article),
    checklist(card),
    part(card.found ? "可能有关的法条" : "依据", "cites", card.citations, (cites) => cites.map((cite) => citation(cite, act))),
    list("去哪里", "where", card.where, "ul"),
    list("什么时候要找律师", "lawyer", card.lawyer_when, "ul"),
    part("附件", "files", card.attachments, (files) => el("ul", { class: "plain" }, files.map((file) => el("li", {}, attachment(file))))),
    choices(card, act),
    foot(card, kind),
    card.id && RATED.has(kind) && rating(card, act),
  ]);
  return article;
}

/** What the lines of `steps` are: why a question is asked, what to mind beside an amount, a story, or what to do in order. */
function stepsOf(card, kind) {
  if (kind === "story") return ["小故事", "steps", card.steps, "ul"];
  const calculated = kind === "result" && filled(card.amounts);
  const title = kind === "question" ? "为什么问" : calculated ? "要注意的" : "怎么做";
  return [title, "steps", card.steps, kind === "question" || calculated ? "ul" : "ol"];
}

const filled = (items) => Array.isArray(items) && items.length > 0;

function head(card, kind, id) {
  const steps = kind === "question" ? progress(card.title) : null;
  return el("header", { class: "card__head" },
    kind === "safety" && icon("shield"),
    el("p", { class: "card__eyebrow" },
      KIND[kind] && el("span", { class: "card__kind" }, isQuiz(card) ? "普法答题" : KIND[kind]),
      card.title && el("span", { class: "card__title" }, card.title)),
    steps,
    el("h2", { class: "card__conclusion", id, tabindex: "-1" }, withPhones(card.conclusion || "")),
    aloudButton(() => spoken(card)),
    card.case_code && el("p", { class: "card__code" }, "受理编号 ", el("b", {}, card.case_code)));
}

/** A quiz counts in 题, an interview in 问. */
const isQuiz = (card) => card.kind === "question" && /^第 \d+ 题/.test(card.title || "");

/** What is read aloud: the answer, the deadline, what to do, and what may be chosen. */
function spoken(card) {
  const options = (card.choices || []).map((choice, index) => `选项${index + 1}，${choice.label}`);
  return [card.conclusion, card.deadline && `时间限制：${card.deadline}`, ...(card.steps || []), ...(card.where || []), ...options].filter(Boolean);
}

/** Shown in the elderly mode alone (chat.css). */
function whole(article) {
  const button = el("button", { type: "button", class: "card__whole", "aria-expanded": "false", onclick: () => {
    const open = article.classList.toggle("card--whole");
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? "收起" : "看全部：步骤、证据、法条";
  } }, "看全部：步骤、证据、法条");
  return button;
}

/** "第 2 步，共 8 步" or "2/8" in the title of a question also becomes a bar. */
function progress(title) {
  const match = /第\s*(\d+)\s*[步题问个]\D*共\s*(\d+)|(\d+)\s*[/／]\s*(\d+)/.exec(title || "");
  if (!match) return null;
  const [now, all] = [Number(match[1] || match[3]), Number(match[2] || match[4])];
  if (!all || now > all) return null;
  return el("progress", { class: "card__progress", max: all, value: now, "aria-label": "问答进度" });
}

function emergency() {
  return el("div", { class: "sos" }, EMERGENCY.map(([number, name]) =>
    el("a", { class: "sos__call", href: `tel:${number}`, "aria-label": `拨打 ${number} ${name}` },
      icon("phone"), el("b", {}, number), el("span", {}, name))));
}

function part(title, name, items, render) {
  if (!filled(items)) return null;
  return el("section", { class: `part part--${name}` }, el("h3", { class: "part__title" }, title), el("div", { class: "part__body" }, render(items)));
}

function list(title, name, items, tag) {
  return part(title, name, items, (lines) => el(tag, { class: tag === "ol" ? "steps" : "plain" }, lines.map((line) => el("li", {}, withPhones(line)))));
}

function deadline(text) {
  return el("p", { class: "deadline" }, icon("clock"), el("span", {}, el("b", {}, "时间限制"), withPhones(text)));
}

// People tick off what they have found at home; the ticks live with the tab.
function checklist(card) {
  const key = `ticks.${card.id}`;
  const ticked = new Set(card.id ? tab.get(key, []) : []);
  const keep = (index, on) => {
    ticked[on ? "add" : "delete"](index);
    if (card.id) tab.set(key, [...ticked]);
  };
  return part("准备这些证据", "evidence", card.evidence, (items) =>
    el("ul", { class: "checks" }, items.map((item, index) =>
      el("li", {}, el("label", { class: "check" },
        el("input", { type: "checkbox", checked: ticked.has(index), onchange: (event) => keep(index, event.target.checked) }),
        el("span", {}, withPhones(item)))))));
}

function amounts(items) {
  return part("算出来的数", "amounts", items, (all) => all.map((amount) =>
    el("div", { class: "amount" },
      el("p", { class: "amount__line" }, el("span", {}, amount.label), el("b", {}, span(amount), el("small", {}, ` ${amount.unit || "元"}`))),
      filled(amount.steps) && el("details", { class: "amount__how" },
        el("summary", {}, "怎么算出来的", icon("chevron")),
        el("ol", {}, amount.steps.map((step) => el("li", {}, step)))))));
}

/** One value, or a range where there is one. */
function span(amount) {
  const most = amount.most === null || amount.most === undefined ? "" : ` 至 ${money(amount.most)}`;
  return money(amount.value) + most;
}

/** Decimal arrives as a string; it is grouped as text so that no digit is lost in a float. */
function money(value) {
  const [, sign, whole, , cents = ""] = /^(-?)(\d+)(\.(\d+))?$/.exec(String(value)) || [];
  if (!whole) return String(value);
  const rest = cents.replace(/0+$/, "");
  return sign + whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest ? `.${rest.padEnd(2, "0")}` : "");
}

const REPORT = { "": "看完整报告", ".pdf": "下载 PDF", ".docx": "下载 Word 文档", ".ics": "加到手机日历" };

function attachment(name) {
  const report = /^\/(?:report|document|appointment)\/[\w-]+(\.pdf|\.docx|\.ics)?$/.exec(name);
  if (report) return el("a", { href: name, ...(report[1] ? { download: true } : { target: "_blank", rel: "noopener" }) }, REPORT[report[1] || ""]);
  if (/^\/file\/[\w-]+$/.test(name)) return el("a", { href: name, target: "_blank", rel: "noopener" }, "打开文件");
  if (/^\/group\/mine\/[\w-]+$/.test(name)) return el("a", { href: name, target: "_blank", rel: "noopener" }, "打开集体登记页");
  const ours = /^\/(?!\/)[^\s\\]*$/.test(name);
  return ours ? el("a", { href: name, download: true }, name.split("/").pop() || name) : name;
}

function choices(card, act) {
  if (!filled(card.choices)) return null;
  const group = el("div", { class: "choices", role: "group", "aria-label": "请选择" });
  for (const choice of card.choices) {
    const button = el("button", { type: "button", class: `choice${QUIET.test(choice.label) ? " choice--quiet" : ""}`, "data-choice": choice.id }, choice.label);
    button.addEventListener("click", () => act.choose(card, choice));
    group.append(button);
  }
  return group;
}

/** Choices answer only the last card; older ones stay readable and show what was picked. */
export function closeChoices(root, pickedLabel) {
  const buttons = root.querySelectorAll(".choice");
  for (const button of buttons) {
    button.disabled = true;
    if (pickedLabel && button.textContent === pickedLabel) button.classList.add("choice--picked");
  }
}

export function reopenChoices(root) {
  for (const button of root.querySelectorAll(".choice")) {
    button.disabled = false;
    button.classList.remove("choice--picked");
  }
}

function foot(card, kind) {
  const asOf = card.law_as_of && `法律依据核到 ${card.law_as_of}`;
  const label = [card.generated_label, asOf].filter(Boolean).join(" · ");
  const disclaimer = NOT_ADVICE.has(kind) ? "" : card.disclaimer;
  if (!label && !disclaimer) return null;
  return el("footer", { class: "card__foot" }, label && el("p", {}, label), disclaimer && el("p", {}, withPhones(disclaimer)));
}

function rating(card, act) {
  const box = el("div", { class: "rate", role: "group", "aria-label": "这个回答有用吗" });
  const said = el("p", { class: "rate__said", role: "status" });
  const button = (good, text) =>
    el("button", { type: "button", class: "rate__btn", "aria-pressed": "false", onclick: () => rate(good) }, icon(good ? "up" : "down"), text);
  const buttons = { true: button(true, "有用"), false: button(false, "没用") };

  async function rate(good, comment) {
    for (const each of Object.values(buttons)) each.disabled = true;
    try {
      await act.rate(card, good, comment);
      buttons[good].setAttribute("aria-pressed", "true");
      buttons[!good].setAttribute("aria-pressed", "false");
      box.querySelector(".rate__form")?.remove();
      said.textContent = good || comment !== undefined ? "谢谢，已经记下了。" : "谢谢告诉我们。";
      if (!good && comment === undefined) box.append(form());
    } catch (error) {
      said.textContent = error.message;
    } finally {
      for (const each of Object.values(buttons)) each.disabled = false;
    }
  }

  function form() {
    const input = el("textarea", { class: "rate__text", rows: 2, maxlength: 500, "aria-label": "哪里不对（可以不写）", placeholder: "哪里不对？可以不写" });
    const node = el("form", { class: "rate__form", onsubmit: (event) => {
      event.preventDefault();
      if (input.value.trim()) rate(false, input.value.trim());
      else node.remove();
    } }, input, el("button", { type: "submit", class: "btn btn--small" }, "提交"),
      act.lawyer && el("button", { type: "button", class: "btn btn--small", onclick: () => act.lawyer() }, "转给律师"));
    return node;
  }

  add(box, [buttons.true, buttons.false, said]);
  return box;
}

// Citations. Each unfolds to the law's own words (quoted), or says plainly that they must be looked up (referenced).

function citation(cite, { statute }) {
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
