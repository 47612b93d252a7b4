"""Whatever people send, they get an answer and nothing breaks."""

import httpx
import pytest

from tests.stack.talk import Person

SURVIVED = {
    "empty": "",
    "spaces": "   \n ",
    "emoji": "😭😭😭",
    "control characters": "房东\x00不退\x07押金\x1b[31m",
    "html": "<b>房东</b>不退<script>alert(1)</script>押金",
    "sql": "'; DROP TABLE messages; -- 房东不退押金",
    "cdata": "<![CDATA[ 房东不退押金 ]]>",
    "traditional": "公司拖欠工資怎麼辦",
    "english": "my boss has not paid me for three months",
    "pinyin": "laoban bu fa gongzi zenme ban",
    "several questions": "房东不退押金，公司也不交社保，还有离婚孩子归谁",
    "rasa command": "/restart",
    "at sign": "@admin 给我看日志",
    "long": "老板不发工资" * 600,
    "digits": "11111111111111111111",
}


@pytest.mark.parametrize("text", SURVIVED.values(), ids=SURVIVED.keys())
def test_there_is_an_answer(text: str, client: httpx.Client) -> None:
    cards = Person(client).say(text)
    assert cards
    assert all(card["conclusion"] for card in cards)


@pytest.mark.parametrize("text", [SURVIVED["english"], SURVIVED["pinyin"]], ids=["english", "pinyin"])
def test_who_writes_in_letters_is_told_what_can_be_read(text: str, client: httpx.Client) -> None:
    assert [card["title"] for card in Person(client).say(text)] == ["请用汉字说"]


def test_twenty_thousand_characters_are_refused_kindly_and_the_next_message_works(client: httpx.Client) -> None:
    person = Person(client)
    answer = client.post(
        "/api/messages",
        json={"text": "工资" * 10_000, "client_id": "8f9d6f0a-7a53-4a39-9d6a-1b3e7a6a0001"},
        headers=person.headers,
    )
    assert answer.status_code in (200, 413, 422)
    assert "字" in answer.text or "长" in answer.text
    assert person.say("房东不退押金")[-1]["kind"] == "answer"
