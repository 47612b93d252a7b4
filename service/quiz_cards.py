"""The quiz in conversation: one card asks, one says whether it was right and why. Choices carry the round."""

from __future__ import annotations

import re

from knowledge.content import Content
from knowledge.quiz import LEVELS, Bank, QuizQuestion
from service.cards import Card, CardChoice
from service.choices import choice, choice_payload
from service.gate import CitationGate
from service.quiz import Round, again, praise, shown, start

KIND = "quiz"
STOP = "先不答了"
GONE = Card(
    kind="notice", title="这道题已经换了", conclusion="题目更新过，这一轮接不上了。想答题，说一声“答题”就重新开始。"
)


class QuizTalk:
    """The cards of the quiz over a bank of questions."""

    def __init__(self, bank: Bank, content: Content, gate: CitationGate) -> None:
        self._bank, self._content, self._gate = bank, content, gate

    def offer(self, text: str, seed: str) -> Card:
        """A round on the topic the words name; without one, the topics to choose from."""
        topic = next((t for t in self._topics() if self._named(t, text)), None)
        return self.question(start(self._bank, seed, topic=topic)) if topic else self._menu()

    def chosen(self, target: str, seed: str) -> list[Card]:
        """The cards that follow a choice: `new:<topic>`, `pick:<option>:<round>`, `again:<ids>`, `menu`, `stop:<round>`."""
        wish, _, rest = target.partition(":")
        if wish == "new":
            return [self.question(start(self._bank, seed, topic=rest))]
        if wish == "again":
            return [self.question(again(self._bank, rest.split(",")))]
        if wish == "menu":
            return [self._menu()]
        if wish == "pick":
            option, _, state = rest.partition(":")
            return self._picked(option, Round.read(state, self._bank))
        stopped = Round.read(rest, self._bank) if wish == "stop" else None
        return [self._result(stopped)] if stopped else [GONE]

    def question(self, now: Round | None) -> Card:
        """The question asked now."""
        if now is None or now.over:
            return GONE
        question, state = self._bank[now.left[0]], now.write()
        rows = [(text, f"{KIND}:pick:{index}:{state}") for index, text in shown(question)]
        rows.append((STOP, f"{KIND}:stop:{state}"))
        return Card(
            kind="question",
            title=f"第 {now.asked + 1} 题，共 {now.total} 题 · {self._label(question)}",
            conclusion=question.question,
            choices=[CardChoice(id=f"c{n}", label=text, payload=choice_payload(target)) for n, (text, target) in enumerate(rows, 1)],
        )  # fmt: skip

    def _picked(self, option: str, now: Round | None) -> list[Card]:
        if now is None or now.over or not option.isdecimal():
            return [GONE]
        question = self._bank[now.left[0]]
        after = now.answered(question, int(option))
        right = int(option) == question.answer
        run = f" · 连对 {after.streak} 题" if after.streak > 1 else ""
        verdict = Card(
            kind="notice",
            title=f"答对了{run}" if right else f"答错了，应该选“{question.right}”",
            conclusion=question.explanation,
            citations=self._gate.cite_all(question.citations),
            law_as_of=self._gate.on,
        )
        return [verdict, self._result(after) if after.over else self.question(after)]

    def _result(self, done: Round) -> Card:
        choices = []
        if done.wrong:
            choices.append((f"错的 {len(done.wrong)} 题再做一遍", f"{KIND}:again:{','.join(done.wrong)}"))
        choices += [("再来 10 题", f"{KIND}:new:"), ("换个话题", f"{KIND}:menu")]
        best = f"最长连对 {done.best} 题。" if done.best > 1 else ""
        return Card(
            kind="notice",
            title=f"答了 {done.asked} 题，对了 {done.right} 题",
            conclusion=f"{best}{praise(done) if done.over else '想接着答，随时说“答题”。'}",
            choices=[choice(n, label, target) for n, (label, target) in enumerate(choices, 1)],
        )

    def _menu(self) -> Card:
        if not self._bank:
            return Card(kind="notice", title="普法答题", conclusion="题库里还没有题目。想知道哪一条，直接问我就行。")
        topics = [(self._content.topics[id_].label, f"{KIND}:new:{id_}") for id_ in self._topics()]
        rows = [("各类混着来", f"{KIND}:new:"), *topics]
        return Card(
            kind="clarify",
            title="普法答题",
            conclusion=f"一轮 {min(10, len(self._bank))} 题，答完告诉您为什么、依据哪一条。成绩不保存。选一个话题：",
            choices=[choice(n, label, target) for n, (label, target) in enumerate(rows, 1)],
        )

    def _topics(self) -> list[str]:
        """Topics with questions, in the order of the table."""
        asked = {question.topic for question in self._bank.values()}
        return [id_ for id_ in self._content.topics if id_ in asked]

    def _named(self, topic: str, text: str) -> bool:
        words = re.split("、|(?<!赠)与", self._content.topics[topic].label)
        return any(word in text for word in words)

    def _label(self, question: QuizQuestion) -> str:
        return f"{self._content.topics[question.topic].label} · {LEVELS[question.level]}"
