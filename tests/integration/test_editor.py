"""From a gap to a published FAQ: scrubbed, checked, read by a second person, searchable without a restart."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from actions.runtime import Runtime, refresh
from cases import cards, content, conversations, feedback, messages, people
from cases.content import StaleDraftError
from cases.database import Database
from cases.errors import CaseError, NotAllowedError
from knowledge.content import Content
from knowledge.reviews import content_sha256, load_reviews
from knowledge.schema import Faq
from knowledge.search.confidence import ConfidenceModel
from knowledge.search.engine import SearchEngine
from knowledge.statutes.book import StatuteBook
from service import drafting, published
from service.answering import Answerer
from service.cards import Card
from service.failures import NOT_SURE
from service.gaps import gaps
from service.gate import CitationGate
from service.runtime import Knowledge
from settings import Settings
from settings.clock import FixedClock
from tests.fakes.desk import Desk
from tests.fakes.empty import empty_database
from tests.unit.conftest import TODAY


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    settings = Settings(data_dir=tmp_path)
    empty_database(tmp_path / "xiaofa.db")
    database = Database(settings.database, secrets=settings.secrets)
    made = Desk(database)
    made.hire()
    yield made
    database.close()


@pytest.fixture
def body(content: Content) -> dict[str, Any]:
    """A FAQ that passes every check: one of ours, under another id and asked in other words."""
    faq = content.faqs["labour.wages.arrears"].model_dump(mode="json")
    asked = ["甲乙丙丁戊己庚", "子丑寅卯辰巳午", "东南西北中发白", "春夏秋冬四季歌", "赤橙青蓝紫色彩", "宫商角徵羽五音",
             "金木水火土星辰", "琴棋书画诗酒茶"]  # fmt: skip
    return {
        **faq,
        "id": "labour.wages.desk",
        "question": "天空大海小河，怎么办？",
        "variants": asked,
        "related": [],
    }


def written(desk: Desk, body: dict[str, Any], by: str = "zhao") -> str:
    with desk.database.write() as session:
        id_ = drafting.start(session, desk.member(by), origin="new", question="")
        drafting.save(session, desk.member(by), id_, body, version=1)
        drafting.submit(session, desk.member(by), id_, version=2)
    return id_


def publish(
    desk: Desk, id_: str, body: dict[str, Any], whole: Content, book: StatuteBook, by: str = "qian", version: int = 3
) -> int:
    with desk.database.write() as session:
        return drafting.publish(
            session,
            desk.member(by),
            id_,
            version=version,
            author_name="赵编辑",
            faq=Faq.model_validate(body),
            whole=whole,
            book=book,
            on=TODAY,
        )


def test_the_machine_checks_what_the_command_checks(content: Content, book: StatuteBook, body: dict[str, Any]) -> None:
    def found(**change: Any) -> str:
        return "\n".join(drafting.problems({**body, **change}, content, book, TODAY))

    assert found() == ""
    assert "太像" in found(variants=["公司拖欠工资怎么办啊", "公司拖欠工资怎么办呢", *body["variants"]])
    assert found(statutes=["民法典第一千二百六十一条"]) != ""
    assert "保证胜诉" in found(conclusion="按这个办保证胜诉，一定要回工资。")
    assert "电话" in found(conclusion="打13812345678找王建国律师就能办好。")
    assert "编号" in found(id="Not A Slug")
    assert "几乎一样" in found(question=content.faqs["labour.wages.arrears"].question)


def test_author_and_reader_are_two_people(desk: Desk, body: dict[str, Any], small: Content, book: StatuteBook) -> None:
    id_ = written(desk, body)
    with pytest.raises(NotAllowedError, match="另一个人"):
        publish(desk, id_, body, small, book, by="zhao")
    with pytest.raises(NotAllowedError):
        publish(desk, id_, body, small, book, by="wang")  # lawyers write, they do not publish
    assert publish(desk, id_, body, small, book) == 1
    with desk.database.read() as session:
        entry = content.published(session)[0]
        assert entry.review["author"] == "赵编辑" and entry.review["reader"] == "钱编辑" and entry.review["articles"]
    with pytest.raises(CaseError):
        publish(desk, id_, body, small, book, version=4)


def test_who_changes_it_needs_a_reader_again(
    desk: Desk, body: dict[str, Any], small: Content, book: StatuteBook
) -> None:
    id_ = written(desk, body)
    with desk.database.write() as session:
        drafting.save(session, desk.member("qian"), id_, {**body, "deadline": None}, version=3)
    with pytest.raises(CaseError):
        publish(desk, id_, {**body, "deadline": None}, small, book, version=4)


def test_two_editors_never_overwrite_each_other(desk: Desk, body: dict[str, Any]) -> None:
    id_ = written(desk, body)
    with desk.database.write() as session, pytest.raises(StaleDraftError):
        drafting.save(session, desk.member("zhao"), id_, body, version=2)


def test_a_draft_from_a_conversation_is_scrubbed(desk: Desk) -> None:
    with desk.database.write() as session:
        id_ = drafting.start(
            session,
            desk.member("wang"),
            origin="answer",
            question="我叫王建国，富士达精密电子有限公司欠我工资",
            answer="王建国您好，可以投诉。\n打13812345678找阿明记。",
            known=["阿明记"],
        )
        text = str(drafting.get(session, desk.member("wang"), id_).body)
    assert not [secret for secret in ("王建国", "富士达", "13812345678", "阿明记") if secret in text]


def test_begun_twice_is_one_draft_until_it_is_changed(desk: Desk, body: dict[str, Any]) -> None:
    def begin(by: str = "zhao") -> str:
        with desk.database.write() as session:
            return drafting.start(session, desk.member(by), origin="gap", question="彩票中奖要交税吗")

    first = begin()
    assert (begin(), begin("qian") != first) == (first, True)  # the same hand twice; somebody else has her own
    with desk.database.write() as session:
        drafting.save(session, desk.member("zhao"), first, body, version=1)
    assert begin() != first

    faq = Faq.model_validate(body)
    with desk.database.write() as session:
        assert drafting.revise(session, desk.member("zhao"), faq) == drafting.revise(session, desk.member("zhao"), faq)


def test_gaps_are_put_together_and_name_nobody(desk: Desk, answerer: Answerer) -> None:
    assert answerer.not_covered().title == NOT_SURE

    def asked(text: str, body: dict[str, Any], good: bool | None = None) -> None:
        desk.counter += 1
        with desk.database.write() as session:
            who = people.find_or_create(session, channel="web", value="甲")
            where = conversations.current(session, person_id=who.id, channel="web")
            message = messages.store(session, person_id=who.id, conversation_id=where.id, channel="web",
                                     channel_message_id=str(desk.counter), text=text)  # fmt: skip
            card = cards.save_card(session, conversation_id=where.id, message_id=message.id, action="a", body=body)
            if good is not None:
                feedback.record(session, card_id=card, good=good)

    no = answerer.not_covered().model_dump(mode="json")
    yes = Card(kind="answer", title="答", conclusion="答了").model_dump(mode="json")
    asked("楼上漏水到我家谁赔", no)
    asked("楼上漏水到我家了谁来赔", no)
    asked("我叫王建国，彩票中奖了要不要交税", yes, good=False)
    asked("狗咬人谁赔", yes, good=True)
    with desk.database.read() as session:
        found = gaps(session, desk.member("zhao"))
        with pytest.raises(NotAllowedError):
            gaps(session, desk.member("admin"))
    assert [(gap.count, gap.bad) for gap in found] == [(2, 0), (1, 1)]
    assert "王建国" not in str(found)


def test_published_content_is_found_at_once(
    desk: Desk, body: dict[str, Any], book: StatuteBook, engine: SearchEngine, small: Content,
    gate: CitationGate, model: ConfidenceModel, answerer: Answerer, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("service.runtime.load_content", lambda: small)
    knowledge = Knowledge(small, book, engine, gate, answerer)
    runtime = Runtime(knowledge, desk.database, FixedClock(datetime.combine(TODAY, time(4), UTC)))
    assert refresh(runtime) is False
    publish(desk, written(desk, body), body, small, book)
    assert refresh(runtime) is True and refresh(runtime) is False
    assert runtime.knowledge.engine.search("赤橙青蓝紫色彩").faqs[0].id == "labour.wages.desk"
    assert runtime.answerer.faq_card("labour.wages.desk").citations
    assert knowledge.engine.search("赤橙青蓝紫色彩").faqs[0].id != "labour.wages.desk"  # the old one is untouched
    assert runtime.knowledge.engine.search("公司拖欠工资").statutes


def test_what_was_published_goes_to_git_as_yaml_that_the_check_takes(
    desk: Desk,
    body: dict[str, Any],
    book: StatuteBook,
    content: Content,
    small: Content,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from xiaofa import knowledge as command

    publish(desk, written(desk, body), body, small, book)
    monkeypatch.setattr(command, "Database", lambda _: desk.database)
    done = CliRunner().invoke(command.app, ["export", "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    (row,) = yaml.safe_load((tmp_path / "out" / "labour.yml").read_text("utf-8"))
    faq = Faq.model_validate(row)
    assert faq == Faq.model_validate(body)
    assert drafting.problems(row, content, book, TODAY) == []
    reviews, problems = load_reviews(tmp_path / "out" / "reviews")
    assert problems == []
    assert (reviews[faq.id].content, reviews[faq.id].reader) == (content_sha256(faq), "钱编辑")


def test_a_newer_version_replaces_the_older(
    desk: Desk, body: dict[str, Any], book: StatuteBook, small: Content
) -> None:
    publish(desk, written(desk, body), body, small, book)
    newer = copy.deepcopy(body) | {"deadline": None}
    publish(desk, written(desk, newer), newer, small, book)
    number, entries = published.read(desk.database)
    merged = published.with_published(small, entries)
    assert number == 2 and len(entries) == 1
    assert merged.faqs["labour.wages.desk"].deadline is None
    assert merged.readings["labour.wages.desk"] == entries[0].review["articles"] != {}  # which text its reader read
    assert "labour.wages.desk" not in small.faqs
    assert replace(small).faqs == small.faqs


def test_what_was_published_with_six_wordings_still_answers(
    desk: Desk, body: dict[str, Any], book: StatuteBook, small: Content
) -> None:
    few = {**body, "variants": body["variants"][:6]}
    assert "问法：条数不够" in drafting.problems(few, small, book, TODAY)
    publish(desk, written(desk, body), body, small, book)
    _, (entry,) = published.read(desk.database)
    merged = published.with_published(small, [replace(entry, body=few)])
    assert len(merged.faqs[entry.faq_id].variants) == 6
