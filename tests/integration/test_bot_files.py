"""A lawyer's file behind its signed link: in the web chat, and on WeChat."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.wechat import render
from bot.channels.wechat.offers import parcel_texts
from cases import cards, conversations, erasure, matters, messages, outbox, people, staff
from cases.errors import InputError, NotAllowedError
from cases.schema import audit
from cases.staff import Staff
from service import casework
from settings import Settings

PDF = b"%PDF-1.4 a letter"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def a_case(bot: Any, channel: str = "web") -> tuple[str, str, Staff]:
    """A case in a lawyer's hands: its id, its person's, the lawyer."""
    with bot.services.database.write() as session:
        person = people.find_or_create(session, channel=channel, value="甲")
        here = conversations.current(session, person_id=person.id, channel=channel)
        opened = casework.open_case(session, conversation_id=here.id, interview_id="i1", topic="labour", urgency="soon",
                                    reasons=[], brief={"title": "x"})  # fmt: skip
        wang = staff.add(session, name="王静", login="wang", password_hash="x", role="lawyer")
        casework.claim(session, opened.id, wang, version=matters.get(session, opened.id).version)
    return opened.id, person.id, wang


def send(bot: Any, case_id: str, lawyer: Staff, name: str, content: bytes, **more: Any) -> str:
    settings: Settings = bot.services.settings.model_copy(update=more)
    with bot.services.database.write() as session:
        return casework.send_file(session, settings, case_id, lawyer, name=name, content=content)


def last_card(bot: Any, person_id: str) -> dict[str, Any]:
    with bot.services.database.read() as session:
        entry = [entry for entry in messages.history(session, person_id) if entry.author == "lawyer"][-1]
    assert entry.card
    assert entry.author_name == "王静"
    return entry.card


async def test_the_person_opens_it_by_the_link_and_that_is_in_the_audit(bot: Any) -> None:
    case_id, person_id, wang = a_case(bot)
    send(bot, case_id, wang, "委托书.pdf", PDF)
    card = last_card(bot, person_id)
    assert (card["title"], card["conclusion"]) == ("王静律师发来文件", "委托书.pdf（1 KB）")
    assert (card["generated_label"], card["disclaimer"]) == ("", "")  # the lawyer's, not the program's
    got = await bot.page().http.get(card["attachments"][0])
    assert (got.status_code, got.content) == (200, PDF)
    assert got.headers["content-disposition"].startswith("attachment")
    assert got.headers["cache-control"] == "no-store"
    assert got.headers["x-content-type-options"] == "nosniff"
    with bot.services.database.read() as session:
        opened = session.execute(select(audit.c.actor).where(audit.c.kind == "attachment_opened")).scalars().all()
        assert opened == ["person"]
        assert matters.get(session, case_id).status == "active"  # a file is an answer
        assert matters.get(session, case_id).first_reply_at


async def test_a_picture_is_shown_at_once(bot: Any) -> None:
    case_id, person_id, wang = a_case(bot)
    send(bot, case_id, wang, "<script>.png", PNG)
    got = await bot.page().http.get(last_card(bot, person_id)["attachments"][0])
    assert got.headers["content-disposition"].startswith("inline")
    assert "<" not in got.headers["content-disposition"]


async def test_nothing_else_opens(bot: Any) -> None:
    case_id, person_id, wang = a_case(bot)
    send(bot, case_id, wang, "委托书.pdf", PDF)
    http, link = bot.page().http, last_card(bot, person_id)["attachments"][0]
    with bot.services.database.write() as session:
        inside = casework.attach(session, bot.services.settings.data_dir, case_id, wang, name="内部.pdf", content=PDF)
    other_kind = link.replace("/file/", "/report/")
    forged = link.replace(link.split("/")[-1].split("-")[0], inside)  # another file under this signature
    for address in (link[:-1] + ("0" if link[-1] != "0" else "1"), forged, f"/file/{inside}", "/file/x-", other_kind):
        got = await http.get(address)
        assert got.status_code == 404, address
        assert PDF not in got.content
    erasure.erase(bot.services.database, person_id)
    gone = await http.get(link)
    assert gone.status_code == 404
    assert "没有找到这个文件" in gone.text


async def test_who_has_not_the_case_sends_nothing(bot: Any) -> None:
    case_id, _, _ = a_case(bot)
    with bot.services.database.write() as session:
        other = staff.add(session, name="李", login="li", password_hash="x", role="lawyer")
    with pytest.raises(NotAllowedError):
        send(bot, case_id, other, "x.pdf", PDF)


async def test_on_wechat_it_is_a_link_in_a_lawyers_words(bot: Any) -> None:
    case_id, person_id, wang = a_case(bot, "wechat")
    with pytest.raises(InputError, match="public_url"):
        send(bot, case_id, wang, "委托书.pdf", PDF)
    send(bot, case_id, wang, "委托书.pdf", PDF, public_url="https://law.example")
    with bot.services.database.read() as session:
        parcel = [one for one in outbox.waiting(session, person_id, "wechat") if (one.body or {}).get("author")][-1]
        card = cards.get_card(session, parcel.key)
    assert parcel.body == {"card": parcel.key, "author": "lawyer", "case": case_id}  # a lawyer's words in the quota
    (text,) = parcel_texts(parcel, card, lambda id_, body: render.messages(body, link=f"https://law.example/c/{id_}"))
    assert text.startswith("【王静律师发来文件】\n委托书.pdf（1 KB）")
    assert 'href="https://law.example/c/' in text
    page = bot.services.pages.card(card)
    assert card is not None
    assert f'href="{card["attachments"][0]}">打开文件' in bytes(page.body).decode()
