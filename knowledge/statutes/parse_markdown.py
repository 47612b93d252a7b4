"""Read a rule from Markdown, in two layouts: a head of `- **公布日期**: …` fields before `## 正文`; or a title and
dated lines before `<!-- INFO END -->`, with the day of publication in the file's name."""

from __future__ import annotations

import re
from pathlib import Path

from knowledge.statutes.rule_file import RuleFile, date_in_name, name_from_file, parse_day
from knowledge.statutes.rule_text import RuleTextError

MAX_BYTES = 3_000_000

_FIELD = re.compile(r"^- \*\*(\S{2,6})\*\*[:：]\s*(.*)$")
_COMMENT = re.compile(r"<!--.*?-->")


def read_markdown(path: Path) -> RuleFile:
    """Raises RuleTextError when the file is too large or not readable Chinese text."""
    lines = _decode(path).splitlines()
    title = next((line[1:].strip() for line in lines[:5] if re.match(r"^#\s", line)), "")
    fields: dict[str, str] = {}
    body = lines
    if (start := next((i for i, line in enumerate(lines[:40]) if line.strip() == "## 正文"), None)) is not None:
        fields = {m[1]: m[2].strip() for m in map(_FIELD.match, lines[:start]) if m}
        body = lines[start + 1 :]
    elif title:
        body = lines[next(i for i, line in enumerate(lines) if re.match(r"^#\s", line)) + 1 :]
    return RuleFile(
        name=title or name_from_file(path),
        published=parse_day(fields.get("公布日期", "")) or date_in_name(path),
        effective=parse_day(fields.get("生效日期", "")),
        issuer=fields.get("制定机关", ""),
        validity=fields.get("时效性", ""),
        lines=tuple(_COMMENT.sub("", line) for line in body),
    )


def _decode(path: Path) -> str:
    if path.stat().st_size > MAX_BYTES:
        raise RuleTextError(f"文件过大（超过 {MAX_BYTES // 1_000_000} MB）")
    raw = path.read_bytes()
    if b"\x00" in raw:
        raise RuleTextError("不是文本文件")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError as error:
            raise RuleTextError("编码损坏：既不是 UTF-8 也不是 GB18030") from error
        # Nearly any bytes decode as GB18030; a rule has these words, noise has not.
        if not all(word in text for word in ("第一条", "施行")):
            raise RuleTextError("编码损坏：按 GB18030 读出的不是条文") from None
    if "\ufffd" in text:
        raise RuleTextError("编码损坏：含有替换符")
    return text
