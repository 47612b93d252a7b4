"""Does the second reader find what is wrong? A seeded sample of FAQs with planted errors, and the share found.

    python -m tests.bench.planted make --out FOLDER     # 60 FAQs in sample.yml, 12 of them falsified; answers in key.yml
    python -m tests.bench.planted score FOLDER FOUND    # FOUND: a text file with one FAQ id a line

The reader gets sample.yml alone. A planted error is one that reading the cited articles shows: another number, another
article, the opposite conclusion.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from knowledge.content import load_content

app = typer.Typer(add_completion=False)
SEED, SIZE, PLANTED = 20261124, 60, 12
DIGITS = "一二三四五六七八九"
OPPOSITES = (
    ("可以", "不可以"),
    ("应当", "不必"),
    ("有效", "无效"),
    ("不能", "可以"),
    ("要承担", "不用承担"),
    ("应退", "不用退"),
)
Row = dict[str, Any]


def _another_number(row: Row, dice: random.Random) -> bool:
    """One number with a unit in conclusion or deadline becomes another."""
    for field in ("deadline", "conclusion"):
        found = list(re.finditer(rf"([{DIGITS}])(?=(个?月|年|日|天|倍|周岁))", row.get(field) or ""))
        if found:
            hit = dice.choice(found)
            other = dice.choice([d for d in DIGITS if d != hit[1]])
            row[field] = row[field][: hit.start()] + other + row[field][hit.end() :]
            return True
    return False


def _another_article(row: Row, dice: random.Random) -> bool:
    """The first citation names an article some way off."""
    match = re.match(r"(.+第)([一二三四五六七八九十百千零]+)(条.*)", row["statutes"][0])
    if not match or "十" not in match[2][:-1]:
        return False
    number = match[2][:-1] + dice.choice([d for d in DIGITS if d != match[2][-1]])
    row["statutes"] = [f"{match[1]}{number}{match[3]}", *row["statutes"][1:]]
    return True


def _the_opposite(row: Row, dice: random.Random) -> bool:
    fitting = [(a, b) for a, b in OPPOSITES if a in row["conclusion"]]
    if not fitting:
        return False
    one, other = dice.choice(fitting)
    row["conclusion"] = row["conclusion"].replace(one, other, 1)
    return True


KINDS: tuple[Callable[[Row, random.Random], bool], ...] = (_another_number, _another_article, _the_opposite)


@app.command()
def make(out: Annotated[Path, typer.Option(help="folder to write")]) -> None:
    """Write the sample and its key."""
    dice = random.Random(SEED)
    faqs = load_content().faqs
    rows = [faqs[id_].model_dump(mode="json", exclude={"variants"}) for id_ in dice.sample(sorted(faqs), SIZE)]
    key: dict[str, str] = {}
    for row in dice.sample(rows, SIZE):
        kind = KINDS[len(key) % len(KINDS)]
        if len(key) < PLANTED and kind(row, dice):
            key[row["id"]] = kind.__name__
    out.mkdir(parents=True, exist_ok=True)
    (out / "sample.yml").write_text(yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=200), "utf-8")
    (out / "key.yml").write_text(yaml.safe_dump(key), "utf-8")
    print(f"{len(rows)} FAQs, {len(key)} planted errors in {out}")


@app.command()
def score(folder: Path, found: Path) -> None:
    """Share of planted errors found, and how many others were named."""
    key = yaml.safe_load((folder / "key.yml").read_text("utf-8"))
    named = {line.split()[0] for line in found.read_text("utf-8").splitlines() if line.strip()}
    hit = named & key.keys()
    print(
        f"found {len(hit)} of {len(key)}; missed {sorted(key.keys() - named)}; named besides: {len(named - key.keys())}"
    )


if __name__ == "__main__":
    app()
