"""The questions of a writer who saw only topic and facts: an answer each, and no wording of ours."""

from pathlib import Path

import yaml

from knowledge.content import Content

ROWS = yaml.safe_load((Path(__file__).parents[1] / "eval" / "paraphrases.yml").read_text("utf-8"))


def test_every_question_has_an_answer_and_none_is_a_wording_of_ours(content: Content) -> None:
    asked = {text for faq in content.faqs.values() for text in (faq.question, *faq.variants)}
    assert len(ROWS) >= 150 and len({row["faq"] for row in ROWS}) == len(ROWS)
    assert [row["faq"] for row in ROWS if row["faq"] not in content.faqs] == []
    assert [row["question"] for row in ROWS if row["question"] in asked] == []
