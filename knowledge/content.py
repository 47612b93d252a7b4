"""Loads the written content (FAQs, guides, references, topics) and says where a mistake stands."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from knowledge import fast_yaml
from knowledge.checkup import Domain, Industry
from knowledge.schema import Faq, Guide, Reference, Topic
from knowledge.statutes.names import short_name
from settings.mendable import MendableError

KNOWLEDGE = Path(__file__).resolve().parent


class _Loader(fast_yaml.SAFE_LOADER):  # type: ignore[misc]
    """YAML 1.2's reading of `yes` and `no`: they are words, as the choice ids they are here."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [(tag, pattern) for tag, pattern in rows if tag != "tag:yaml.org,2002:bool"]
        for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Problem:
    """One mistake in the content: where it is, what is wrong, what to do."""

    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class ContentError(MendableError, ValueError):
    """The content cannot be used; `problems` names every file and line."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


@dataclass(frozen=True)
class Place:
    """Where a piece of content stands, for messages about it."""

    file: Path
    line: int


@dataclass
class Content:
    """Everything written, by id. `places` maps ids to file and line; `problems` is empty when all is well; `readings` the
    articles read for what was published at the desk (the repository's own are in the ledger of reviews)."""

    faqs: dict[str, Faq] = field(default_factory=dict)
    guides: dict[str, Guide] = field(default_factory=dict)
    references: dict[str, Reference] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    industries: dict[str, Industry] = field(default_factory=dict)
    domains: dict[str, Domain] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    readings: dict[str, dict[str, str]] = field(default_factory=dict)

    def guide_for(self, faq: Faq) -> Guide | None:
        return self.guides.get(faq.guide) if faq.guide else None

    def reference_named(self, law: str) -> Reference | None:
        """The referenced rule with this title or short name."""
        return self.references.get(short_name(law))


def load_content(root: Path = KNOWLEDGE, *, strict: bool = True) -> Content:
    """Read all content below `root`.

    Raises ContentError listing every problem when `strict`; otherwise problems are in `Content.problems`.
    """
    content = Content()
    for topic, place in read_entries(root / "topics.yml", Topic, content.problems):
        content.topics[topic.id] = topic
        content.places[f"topic:{topic.id}"] = place
    for path in sorted((root / "faq").rglob("*.yml")):
        for faq, place in read_entries(path, Faq, content.problems):
            _put(content, content.faqs, faq.id, faq, place)
    for path in sorted((root / "guides").rglob("*.yml")):
        for guide, place in read_entries(path, Guide, content.problems):
            _put(content, content.guides, guide.id, guide, place)
    for path in sorted((root / "references").rglob("*.yml")):
        for reference, place in read_entries(path, Reference, content.problems):
            for name in dict.fromkeys(map(short_name, (reference.name, *reference.aliases))):
                _put(content, content.references, name, reference, place)
    _load_checkups(root, content)
    if strict and content.problems:
        raise ContentError(content.problems)
    return content


def stamp(root: Path = KNOWLEDGE) -> str:
    """Changes when a file that `load_content` reads is written, added or taken away."""
    written = [root / "topics.yml", root / "industries.yml"]
    for folder in ("faq", "guides", "references", "checkups"):
        written += sorted((root / folder).rglob("*.yml"))
    known = hashlib.sha256()
    for path in written:
        try:
            about = path.stat()
        except FileNotFoundError:  # taken away just now
            continue
        known.update(f"{path}\0{about.st_mtime_ns}\0{about.st_size}\0".encode())
    return known.hexdigest()


def _load_checkups(root: Path, content: Content) -> None:
    """The check-up's industries and domains, in the order they are asked."""
    for path in sorted(root.glob("industries.yml")):
        for industry, place in read_entries(path, Industry, content.problems):
            content.industries[industry.id] = industry
            content.places[f"industry:{industry.id}"] = place
    for path in sorted((root / "checkups").glob("*.yml")):
        for domain, place in read_entries(path, Domain, content.problems):
            _put(content, content.domains, domain.id, domain, place)
    content.domains = {d.id: d for d in sorted(content.domains.values(), key=lambda d: (d.order, d.id))}


def _put(content: Content, table: dict[str, M], key: str, value: M, place: Place) -> None:
    if key in table:
        first = content.places[key]
        content.problems.append(Problem(place.file, place.line, f"“{key}”重复，第一次出现在 {first.file}:{first.line}"))
        return
    table[key] = value
    content.places[key] = place


def read_entries(path: Path, model: type[M], problems: list[Problem]) -> Iterator[tuple[M, Place]]:
    """Each entry of a file (a list of mappings, or one mapping) with its line; mistakes go to `problems`."""
    try:
        root = yaml.compose(path.read_text("utf-8"), Loader=_Loader)
    except UnicodeDecodeError as error:
        problems.append(Problem(path, 1, f"不是 UTF-8 文本（{error.reason}），请另存为 UTF-8"))
        return
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        problems.append(Problem(path, mark.line + 1 if mark else 1, f"YAML 写法有误：{error.problem}"))
        return
    if root is None:
        problems.append(Problem(path, 1, "文件是空的，请写内容或删除"))
        return
    nodes = root.value if isinstance(root, yaml.SequenceNode) else [root]
    constructor = yaml.constructor.SafeConstructor()
    for node in nodes:
        place = Place(path, node.start_mark.line + 1)
        try:
            yield model.model_validate(constructor.construct_document(node)), place
        except (ValidationError, yaml.YAMLError) as error:
            problems.extend(_explain(error, node, place))


def load_table(paths: Iterable[Path], model: type[M], key: Callable[[M], str]) -> dict[str, M]:
    """All entries of these files by key, as written. Raises ContentError naming file and line, also of a key that is there twice."""
    problems: list[Problem] = []
    table: dict[str, M] = {}
    for path in paths:
        for entry, place in read_entries(path, model, problems):
            if key(entry) in table:
                problems.append(Problem(path, place.line, f"“{key(entry)}”重复"))
            table[key(entry)] = entry
    if problems:
        raise ContentError(problems)
    return table


def _explain(error: ValidationError | yaml.YAMLError, node: yaml.Node, place: Place) -> Iterator[Problem]:
    if not isinstance(error, ValidationError):
        yield Problem(place.file, place.line, f"YAML 写法有误：{error}")
        return
    for detail in error.errors():
        path = detail["loc"]
        line = _line_of(node, path) or place.line
        where = ".".join(str(part) for part in path) or "整条"
        yield Problem(place.file, line, f"{where}：{_CHINESE.get(detail['type'], detail['msg'])}")


_CHINESE = {
    "missing": "缺少这个字段，请补上",
    "extra_forbidden": "没有这个字段，请检查拼写",
    "string_too_long": "太长了，请缩短",
    "string_too_short": "太短了",
    "too_short": "条数不够",
    "too_long": "条数太多",
    "string_pattern_mismatch": "写法不合规定（小写字母、数字、点、连字符）",
}


def _line_of(node: yaml.Node, path: tuple[int | str, ...]) -> int | None:
    line = None
    for part in path:
        child: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            child = next((value for key, value in node.value if key.value == part), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            child = node.value[part]
        if child is None:
            return line
        node, line = child, child.start_mark.line + 1
    return line
