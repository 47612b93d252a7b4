"""Write versions.csv anew: `python -m knowledge.statutes.maintain ../shared/statutes/law_dates.csv`.

Run when the package or the official list changes, then read the diff. A version gets a row only if its dates are
proved: by the official list; or, adopted after that list ends, by its own closing article (自…起施行). What no rule can
know stands in `ENDS` and `WITHOUT_ROW` with its reason.
"""

from __future__ import annotations

import csv
import re
import sqlite3
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

from knowledge.statutes.names import VERSIONS_FILE, short_name
from knowledge.statutes.package import database_path
from knowledge.statutes.versions import OfficialRow, day_before, read_official

OFFICIAL = "国家法律法规数据库（law_dates.csv，截至2026-03）"
_STARTS = re.compile(r"^本法自\s*(\d{4})年(\d{1,2})月(\d{1,2})日起施行")

# The end of a version that neither a later row nor the list gives: (law, version) -> (last day, why).
_REPEALED_BY_CODE = (
    ("环境保护法", "2014-04-24"),
    ("环境影响评价法", "2018-12-29"),
    ("海洋环境保护法", "2023-10-24"),
    ("大气污染防治法", "2018-10-26"),
    ("水污染防治法", "2017-06-27"),
    ("土壤污染防治法", "2018-08-31"),
    ("固体废物污染环境防治法", "2020-04-29"),
    ("噪声污染防治法", "2021-12-24"),
    ("放射性污染防治法", "2003-06-28"),
    ("清洁生产促进法", "2012-02-29"),
)
ENDS: dict[tuple[str, str], tuple[str, str]] = {
    ("宪法", "1982-12-04"): ("1988-04-11", "1988-04-12通过宪法修正案"),
    ("注册会计师法", "2014-08-31"): ("2026-06-25", "2026-06-26修订，修订后的施行日期没有来源：此后不引用"),
    **dict.fromkeys(_REPEALED_BY_CODE, ("2026-08-14", "生态环境法典第一千二百四十二条：2026-08-15起同时废止")),
}
NOTES = {
    ("商标法", "2019-04-23"): "包内标为历史版本，实际施行至2026-12-31",
    ("商标法", "2026-06-26"): "包内标为现行有效，实际2027-01-01起施行",
    ("农村土地承包法", "2018-12-29"): "包内标为已废止，实际有效",
    ("刑法", "2020-12-26"): "未并入刑法修正案（十二），过时条文见stale.csv",
}
# Why a law of the package has no row; anything else without proof is reported by `propose` as 无官方日期.
WITHOUT_ROW = {
    ("注册会计师法", "2026-06-26"): "条文只写1994-01-01，修订后的施行日期没有来源",
    ("乡镇企业法", "1996-10-29"): "官方标为已废止，终止日期没有来源",
    (
        "全国人民代表大会常务委员会关于对中华人民共和国缔结或者参加的国际条约所规定的罪行行使刑事管辖权的决定",
        "1987-06-23",
    ): "官方标为已废止，终止日期没有来源",
}

Row = tuple[str, str, str, str, str, str]


def propose(csv_path: Path, database: Path) -> tuple[list[Row], list[tuple[str, str, str]]]:
    """Rows for versions.csv, and (law, version, reason) for what gets none."""
    official = {(r.law, r.published.isoformat()): r for r in read_official(csv_path)}
    starts: dict[str, list[tuple[str, date, str]]] = defaultdict(list)
    refused: list[tuple[str, str, str]] = []
    with sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True) as db:
        laws = db.execute("SELECT law_id, law_name, version_date FROM laws ORDER BY law_name, version_date").fetchall()
        for law_id, name, version in laws:
            law = short_name(name)
            proof = _proof(db, law_id, official.get((law, version)))
            if (law, version) in WITHOUT_ROW:
                refused.append((law, version, WITHOUT_ROW[law, version]))
            elif law.endswith("修正案"):
                refused.append((law, version, "修正案已并入正文，不单独引用"))
            elif proof is None:
                refused.append((law, version, "无官方日期，或没有“第N条”条文"))
            else:
                starts[law].append((version, *proof))
    rows: list[Row] = []
    for law, versions in sorted(starts.items()):
        versions.sort(key=lambda v: v[1])
        for index, (version, start, source) in enumerate(versions):
            end, why = ENDS.get((law, version), ("", ""))
            if not end and index + 1 < len(versions):
                end = day_before(versions[index + 1][1]).isoformat()
            note = "；".join(n for n in (NOTES.get((law, version), ""), why) if n)
            rows.append((law, version, start.isoformat(), end, source, note))
    return rows, refused


def _proof(db: sqlite3.Connection, law_id: str, official: OfficialRow | None) -> tuple[date, str] | None:
    articles = db.execute(
        "SELECT article_no, article_text FROM articles WHERE law_id = ? ORDER BY id", (law_id,)
    ).fetchall()
    if not articles or not all(re.fullmatch(r"第\S+条(?:之\S+)?", number) for number, _ in articles):
        return None
    if official is not None:
        return official.effective, OFFICIAL
    version = db.execute("SELECT version_date FROM laws WHERE law_id = ?", (law_id,)).fetchone()[0]
    for number, text in articles[-3:]:
        if match := _STARTS.match(text):
            start = date(*(int(part) for part in match.groups()))
            # A closing article older than the version is the original law's: it proves nothing about the amendment.
            if start.isoformat() >= version:
                return start, f"本法{number}自述施行日期"
    return None


def main(argv: list[str]) -> int:
    rows, refused = propose(Path(argv[1]), database_path())
    with VERSIONS_FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("law", "version", "effective_from", "effective_to", "source", "note"))
        writer.writerows(rows)
    for law, version, reason in refused:
        print(f"未列入：{law}（{version}）：{reason}")
    print(f"已写入 {len(rows)} 行，未列入 {len(refused)} 部")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv))
