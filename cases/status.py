"""The statuses of a case and every move between them, as one table. `docs/cases.md` shows it as a diagram."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Status = Literal["queued", "assigned", "active", "waiting", "resolved", "closed", "withdrawn"]
Mover = Literal["staff", "person", "system"]
Urgency = Literal["now", "soon", "normal"]
Notice = Literal["assigned", "waiting", "requeued", "lapsed", "expired", "resolved", "closed", "reopened", "resumed",
                 "withdrawn", "merged"]  # fmt: skip
MoveName = Literal["open", "claim", "assign", "reply", "wait", "speak", "release", "lapse", "expire", "resolve", "end",
                   "close", "expire_resolved", "reopen", "resume", "withdraw", "merge"]  # fmt: skip

Kind = Literal["lawyer", "mediation"]

STATUSES: tuple[Status, ...] = get_args(Status)
MOVE_NAMES: tuple[MoveName, ...] = get_args(MoveName)
NOTICES: tuple[Notice, ...] = get_args(Notice)
KINDS: tuple[Kind, ...] = get_args(Kind)
"""What the person asked for."""
URGENCIES: tuple[Urgency, ...] = get_args(Urgency)
"""The most urgent first; stored as the position."""

SILENT: frozenset[Status] = frozenset({"assigned", "active", "waiting"})
"""A lawyer has the word and the bot is silent."""
LIVE: frozenset[Status] = SILENT | {"queued"}
BOT_SPEAKS: frozenset[Status] = frozenset(STATUSES) - SILENT

LABELS: dict[Status, str] = {
    "queued": "排队中",
    "assigned": "已有律师接手",
    "active": "律师办理中",
    "waiting": "等您回复",
    "resolved": "已办结",
    "closed": "已关闭",
    "withdrawn": "已撤回",
}
KIND_LABELS: dict[Kind, str] = {"lawyer": "找律师", "mediation": "调解"}


@dataclass(frozen=True)
class Move:
    """`name`: what is done; `sources`: from where (empty: the beginning); `by`: who may; `notice`: what the person is told."""

    name: MoveName
    sources: frozenset[Status]
    target: Status
    by: frozenset[Mover]
    notice: Notice | None = None


def _move(name: MoveName, sources: str, target: Status, by: str, notice: Notice | None = None) -> Move:
    return Move(name, frozenset(sources.split()), target, frozenset(by.split()), notice)  # type: ignore[arg-type]


MOVES: dict[MoveName, Move] = {
    move.name: move
    for move in (
        _move("open", "", "queued", "person"),
        _move("claim", "queued", "assigned", "staff", "assigned"),
        _move("assign", "queued", "assigned", "staff system", "assigned"),
        _move("reply", "assigned waiting", "active", "staff"),
        _move("wait", "active", "waiting", "staff", "waiting"),
        _move("speak", "waiting", "active", "person"),
        _move("release", "assigned active waiting", "queued", "staff", "requeued"),
        _move("lapse", "assigned", "queued", "system", "lapsed"),
        _move("expire", "waiting", "resolved", "system", "expired"),
        _move("resolve", "assigned active waiting", "resolved", "staff", "resolved"),
        _move("end", "assigned active waiting", "resolved", "person", "resolved"),
        _move("close", "resolved", "closed", "staff", "closed"),
        _move("expire_resolved", "resolved", "closed", "system"),
        _move("reopen", "resolved closed", "queued", "staff person", "reopened"),
        _move("resume", "resolved", "active", "staff", "resumed"),
        _move("withdraw", "queued assigned active waiting", "withdrawn", "person", "withdrawn"),
        _move("merge", "queued assigned active waiting resolved", "closed", "staff", "merged"),
    )
}


def diagram() -> str:
    """The table as a mermaid state diagram."""
    lines = ["stateDiagram-v2"]
    for move in MOVES.values():
        sources: list[str] = sorted(move.sources, key=STATUSES.index)
        for source in sources or ["[*]"]:
            lines.append(f"    {source} --> {move.target}: {move.name} ({', '.join(sorted(move.by))})")
    ends = [status for status in STATUSES if not any(status in move.sources for move in MOVES.values())]
    return "\n".join(lines + [f"    {status} --> [*]" for status in ends])
