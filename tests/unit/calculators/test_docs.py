"""docs/calculators.md is what the calculators say of themselves."""

from xiaofa.calc_docs import FILE, document


def test_the_document_is_up_to_date() -> None:
    assert FILE.read_text("utf-8") == document(), "请运行 python -m xiaofa.calc_docs"
