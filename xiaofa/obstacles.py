"""What a person can mend before anything starts: a broken file, a full disk. Each is one line that says what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

import yaml

from knowledge import fast_yaml
from settings import PROJECT_ROOT
from settings.mendable import MendableError

# Every folder and file of ours that holds YAML a process reads.
WRITTEN = (
    "config.yml", "credentials.yml", "endpoints.yml", "domain", "data", "rasa_ext", "knowledge", "service", "bot", "xiaofa",
)  # fmt: skip
_NO_SPACE = ("No space left on device", "database or disk is full")


class BrokenFileError(MendableError, RuntimeError):
    """A file cannot be read as YAML; the message names it and the line."""


def check_yaml(root: Path = PROJECT_ROOT) -> None:
    """Rasa and the processes report a broken file somewhere in pages of output. Raises BrokenFileError instead."""
    for file in _files(root):
        try:
            yaml.compose(file.read_text("utf-8"), Loader=fast_yaml.SAFE_LOADER)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise BrokenFileError(f"{file}:{line}: YAML 写法有误：{error.problem}。改好后再运行一次。") from error
        except UnicodeDecodeError as error:
            raise BrokenFileError(f"{file}: 不是 UTF-8 文本，请另存为 UTF-8 再运行一次。") from error
        except yaml.YAMLError as error:  # a character that YAML does not allow: no line is told
            raise BrokenFileError(f"{file}: YAML 写法有误：里面有不该有的字符。改好后再运行一次。") from error


def _files(root: Path) -> Iterator[Path]:
    for name in WRITTEN:
        path = root / name
        yield from [path] if path.is_file() else sorted(path.rglob("*.yml"))


def is_full_disk(error: BaseException) -> bool:
    """Whether this error, or what it came from, is a disk without room: SQLite and FAISS say it in words of their own."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if speaks_of_full_disk(str(cause)):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def speaks_of_full_disk(text: str) -> bool:
    """Whether the output of a program says that there is no room."""
    return any(words in text for words in _NO_SPACE)
