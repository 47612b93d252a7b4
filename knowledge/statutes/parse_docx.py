"""Read a rule from an official .docx (flk.npc.gov.cn): title lines, the line of adoption, then the articles."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import docx

from knowledge.statutes.rule_file import RuleFile, date_in_name, name_from_file
from knowledge.statutes.rule_text import RuleTextError

MAX_BYTES = 10_000_000
MAX_UNPACKED = 40_000_000
MAX_PARTS = 1_000


def read_docx(path: Path) -> RuleFile:
    """Raises RuleTextError when it is no .docx, or would unpack to more than a law can need (a zip bomb)."""
    if path.stat().st_size > MAX_BYTES:
        raise RuleTextError(f"文件过大（超过 {MAX_BYTES // 1_000_000} MB）")
    try:
        # zipfile never unpacks more of a part than its declared size, so the declared sizes bound the memory.
        with zipfile.ZipFile(path) as parts:
            infos = parts.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise RuleTextError("不是有效的 .docx 文件") from error
    if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_UNPACKED:
        raise RuleTextError("压缩内容异常大（疑似压缩炸弹）")
    try:
        document = docx.Document(str(path))
        texts = [line for paragraph in document.paragraphs for line in paragraph.text.split("\n")]
    except Exception as error:  # python-docx and lxml raise many kinds for a broken file; none may stop the import
        raise RuleTextError(f"不能读取 .docx（{type(error).__name__}）") from error
    title, body = _title(texts)
    return RuleFile(
        name=title or name_from_file(path),
        published=date_in_name(path),
        effective=None,
        issuer="",
        validity="",
        lines=tuple(body),
    )


def _title(texts: list[str]) -> tuple[str, list[str]]:
    """The first lines up to the number, the line of adoption or the first chapter; a title may be broken over two."""
    title = ""
    for index, text in enumerate(texts):
        line = text.strip(" \u3000\t\xa0")
        if re.match(r"^[（(]\d{4}年|^第.{1,6}[章条编]|^法释|^目\s*录|^为", line) or (title and not line):
            return title, texts[index:]
        if len(title) + len(line) > 120:  # not a title at all
            return "", texts
        title += line
    return "", texts
