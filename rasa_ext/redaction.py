"""Keeps people's words out of Rasa's and sanic's logs, whatever logger, level, handler or exception they come through.

Every log record of the process is cleaned when it is made: texts of running turns, Chinese (plain or \\u-escaped) and long
numbers are struck out, and a traceback keeps its frames and exception types but not the messages.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections import Counter
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Iterator, Optional, Text, Tuple, Type, Union

STRUCK = "[…]"
_CHINESE = re.compile(
    r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]+|(?:\\u[2-9a-f][0-9a-f]{3})+", re.I
)
_LONG_NUMBER = re.compile(r"(?<![\w.-])\d{7,}(?:[xX](?!\w))?")
_SHORTEST = 3  # shorter texts would strike out parts of ordinary words

_texts: "Counter[Text]" = Counter()  # texts of running turns
_original = logging.getLogRecordFactory()

ExcInfo = Union[Tuple[Type[BaseException], BaseException, Optional[TracebackType]], Tuple[None, None, None]]


def clean(line: Text) -> Text:
    """The line without people's words."""
    for text in sorted(_texts, key=len, reverse=True):
        for form in (text, json.dumps(text)[1:-1], repr(text)[1:-1]):
            line = line.replace(form, STRUCK)
    return _LONG_NUMBER.sub(STRUCK, _CHINESE.sub(STRUCK, line))


@contextmanager
def hidden(text: Text) -> Iterator[None]:
    """While it lasts, `text` is struck out of every record of this process."""
    text = text.strip()
    if len(text) < _SHORTEST:
        yield
        return
    _texts[text] += 1
    try:
        yield
    finally:
        _texts[text] -= 1
        if not _texts[text]:
            del _texts[text]


def install() -> None:
    """Clean all log records from now on. Calling it again changes nothing."""
    if logging.getLogRecordFactory() is not _clean_record:
        logging.setLogRecordFactory(_clean_record)


def _clean_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    record = _original(*args, **kwargs)
    try:
        message = record.getMessage()
    except Exception:  # a record whose arguments do not fit its format: drop the arguments, they may quote anything
        message = f"{record.msg} (arguments left out)"
    record.msg, record.args = clean(message), ()
    if record.exc_info:
        record.exc_text = clean(_frames(record.exc_info))
        record.exc_info = None
    return record


def _frames(info: ExcInfo) -> Text:
    """Traceback of an exception and its causes: where and what kind, not what it said."""
    lines, error = [], info[1]
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        lines.append(f"{type(error).__module__}.{type(error).__qualname__} (message left out)")
        lines += [
            f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        ]
        error = error.__cause__ or error.__context__
    return "\n".join(lines)
