"""docs/cases.md is what the tables say; the diagram has every move."""

from cases.status import MOVES, diagram
from settings import Settings
from xiaofa import case_docs


def test_the_document_is_up_to_date() -> None:
    assert case_docs.FILE.read_text("utf-8") == case_docs.document(), "python -m xiaofa.case_docs"


def test_the_diagram_has_every_move_and_every_setting_is_real() -> None:
    drawn = diagram().splitlines()[1:]
    for move in MOVES.values():
        for source in move.sources or {"[*]"}:
            assert any(line.startswith(f"    {source} --> {move.target}: {move.name} ") for line in drawn), move
    assert drawn[-1] == "    withdrawn --> [*]"
    assert set(Settings.model_fields) >= case_docs.SETTINGS
