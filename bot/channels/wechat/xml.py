"""WeChat's XML: flat documents in, flat documents out. Nothing else of XML is understood, and that is the point."""

from __future__ import annotations

import unicodedata
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

MOST_DEPTH = 4  # ScanCodeInfo and SendPicsInfo nest a little; 20,000 levels are an attack
_KEPT = {"\n", "\t", "\u200d", "\ufe0f"}  # the last two hold emoji together


class MalformedError(Exception):
    """Not a document of WeChat's. The message never quotes it."""


class _Shallow(TreeBuilder):
    """Stops at once where a document goes too deep, before anything is built from it."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise MalformedError("too deep")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def fields(body: bytes) -> dict[str, str]:
    """The children of `<xml>` that hold text, by name. Raises MalformedError: no XML, a DTD or an entity in it, nested
    too deep, another root, or a name given twice (which of the two was signed for would be anybody's guess)."""
    parser = DefusedXMLParser(target=_Shallow(), forbid_dtd=True)
    try:
        parser.feed(body)
        root = parser.close()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise MalformedError("no XML") from error
    if root.tag != "xml":
        raise MalformedError("another root")
    found: dict[str, str] = {}
    for child in root:
        if child.tag in found:
            raise MalformedError("a name twice")
        found[child.tag] = child.text or ""
    return found


def document(values: dict[str, str | int]) -> str:
    """`<xml>` with these children: text in CDATA, numbers bare."""
    inner = "".join(
        f"<{name}>{value}</{name}>" if isinstance(value, int) else f"<{name}>{cdata(value)}</{name}>"
        for name, value in values.items()
    )
    return f"<xml>{inner}</xml>"


def cdata(text: str) -> str:
    """Text that cannot leave its CDATA section, without what XML forbids."""
    return f"<![CDATA[{sendable(text).replace(']]>', ']]]]><![CDATA[>')}]]>"


def sendable(text: str) -> str:
    """Without control characters, lone surrogates and the two non-characters that no XML document may hold."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c for c in text if c in _KEPT or (unicodedata.category(c) not in {"Cc", "Cs"} and c not in "\ufffe\uffff")
    )
