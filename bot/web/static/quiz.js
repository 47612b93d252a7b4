// What went wrong in the quiz comes back: ids and the longest run, kept in this browser and nowhere else.

import { $ } from "./dom.js";
import { settings } from "./store.js";

const MOST = 60;
const KEY = "quiz";
const kept = () => ({ wrong: [], best: 0, ...settings.get(KEY, {}) });

const verdict = $("[data-quiz-question]");
if (verdict) {
  const { quizQuestion: id, quizRight: right, quizBest: best } = verdict.dataset;
  const now = kept();
  const others = now.wrong.filter((other) => other !== id);
  settings.set(KEY, { wrong: right === "1" ? others : [id, ...others].slice(0, MOST), best: Math.max(now.best, Number(best)) });
}

const box = $("#again");
if (box) {
  const now = kept();
  box.hidden = !now.wrong.length && !now.best;
  $("[data-quiz-count]", box).textContent = now.wrong.length ? `答错过的还有 ${now.wrong.length} 题，再做一遍，答对就消掉。` : "答错过的题都答对了。";
  $("[data-quiz-run]", box).textContent = now.best > 1 ? `您的最长连对：${now.best} 题。` : "";
  const link = $("[data-quiz-link]", box);
  link.hidden = !now.wrong.length;
  link.href = `/quiz/play?wrong=${now.wrong.slice(0, 10).map(encodeURIComponent).join(",")}`;
  $("[data-quiz-clear]", box).addEventListener("click", () => {
    settings.set(KEY, null);
    box.hidden = true;
  });
}
