"""Every field a resident can fill, filled with something that would run: every page of the desk, for every role, shows it as text."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from cases import cards, conversations, feedback, messages, people
from desk.access import DOORS
from service import casework
from service.cards import Card
from service.failures import NOT_SURE
from tests.desk.conftest import Served
from tests.desk.page import staff_at

RUNS = '<img src=x onerror="window.hacked=1"><svg onload="window.hacked=1"><script>window.hacked=1</script>{{ hacked }}'
LINK = "javascript:window.hacked=1"
LOGINS = {"lawyer": "wang", "supervisor": "chen", "editor": "zhao", "administrator": "admin"}
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def hostile(desk: Served) -> str:
    """A case in which everything came from somebody hostile: words, files' names, ratings, comments; returns its id."""
    for person in range(6):  # enough people for the monthly report to name the question
        desk.says(f"坏{person}", RUNS)
        _unanswered(desk, f"坏{person}")
    opened = desk.opens(
        "坏0",
        brief={
            "title": RUNS,
            "title_message_id": LINK,
            "law_as_of": RUNS,
            "wants": [{"text": RUNS, "message_id": LINK}],
        },
        reasons=[{"title": RUNS, "reason": RUNS, "urgency": "now", "message_id": LINK}],
        opponents=[RUNS],
        contact={"kind": RUNS, "phone": LINK, "name": RUNS, RUNS: RUNS},
    )
    with desk.database.write() as session:
        casework.claim(session, opened.id, desk.member("wang"), version=1)
        casework.attach(session, desk.settings.data_dir, opened.id, None, name=f"{RUNS}.pdf", content=b"%PDF-1.4 x")
        casework.say_to_person(session, opened.id, desk.member("wang"), "您好", key="k")
        row = casework.queue_row(session, opened.id, desk.member("chen"))
        casework.resolve(session, opened.id, desk.member("wang"), version=row.version)
        casework.rate(session, opened.id, 1, RUNS)
    return opened.id


def _unanswered(desk: Served, person: str) -> None:
    """The bot was not sure, and its card was badly rated with a comment."""
    with desk.database.write() as session:
        who = people.find_or_create(session, channel="web", value=person)
        where = conversations.current(session, person_id=who.id, channel="web")
        last = [entry for entry in messages.history(session, who.id) if entry.author == "person"][-1]
        body = Card(kind="notice", title=NOT_SURE, conclusion="没有把握。").model_dump(mode="json")
        card = cards.save_card(session, conversation_id=where.id, message_id=last.id, action="answer", body=body)
        feedback.record(session, card_id=card, good=False, comment=RUNS)


@pytest.mark.parametrize("role", list(LOGINS))
def test_every_page_of_every_role_shows_it_as_text(desk: Served, browser: Browser, hostile: str, role: str) -> None:
    with staff_at(browser, desk.url, LOGINS[role]) as staff:
        for door in DOORS:
            path = door.path.replace("{case_id}", hostile)
            if role not in door.roles or "." in path or "{" in path:
                continue
            staff.open(path)
            staff.page.wait_for_timeout(300)
            assert staff.page.evaluate("() => window.hacked") is None, door.path
            assert staff.page.locator("img[src=x], svg[onload], [href^='javascript:']").count() == 0, door.path


def test_the_words_are_there_to_be_read(desk: Served, browser: Browser, hostile: str) -> None:
    """And not dropped: a lawyer must be able to read what was said, and make a draft of it."""
    with staff_at(browser, desk.url, "wang") as wang:
        wang.open(f"/cases/{hostile}", ".talk .said")
        expect(wang.talk.locator(".said--person").first).to_contain_text("<img src=x")
        wang.page.get_by_role("button", name="显示").click()
        wang.page.get_by_role("button", name="写成解答草稿").click()
        wang.page.wait_for_url("**/editor/drafts/*")
        wang.page.wait_for_timeout(500)
        assert wang.page.evaluate("() => window.hacked") is None
        assert wang.page.locator("img[src=x]").count() == 0
