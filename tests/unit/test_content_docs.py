"""docs/content.md names every field of what editors write, and none that is not there."""

import re

import pytest
from pydantic import BaseModel

from knowledge.schema import (
    Choice,
    Faq,
    Guide,
    Outcome,
    Question,
    Reference,
    ReferencedArticle,
    Review,
    Script,
    Topic,
)
from settings import PROJECT_ROOT

SECTIONS: dict[str, tuple[type[BaseModel], ...]] = {
    "解答 Faq": (Faq,),
    "指引 Guide": (Guide,),
    "问卷 Script": (Script,),
    "问题 Question": (Question, Choice),
    "结论 Outcome": (Outcome,),
    "只作指引的规定 Reference": (Reference, ReferencedArticle),
    "话题 Topic": (Topic,),
    "审读 Review": (Review,),
}
NOT_FIELDS = {"known", "missing", "now", "offer", "when: {}"}


def written(section: str) -> str:
    text = (PROJECT_ROOT / "docs" / "content.md").read_text("utf-8").split("## 字段", 1)[1]
    return text.split(f"**{section}**", 1)[1].split("\n**", 1)[0]


@pytest.mark.parametrize("section", SECTIONS)
def test_every_field_is_documented(section: str) -> None:
    fields = {name for model in SECTIONS[section] for name in model.model_fields}
    named = set(re.findall(r"`([a-z_0-9]+)`", written(section)))
    assert fields <= named
    if "|" not in written(section):  # tables name the values of a field, too
        assert named - fields - NOT_FIELDS == set()


def test_the_values_of_a_field_are_documented() -> None:
    kinds = Question.model_fields["type"].annotation
    assert all(f"`{kind}`" in written("问题 Question") for kind in kinds.__args__)  # type: ignore[union-attr]
    assert all(f"`{who}`" in written("解答 Faq") for who in ("resident", "enterprise", "both"))
