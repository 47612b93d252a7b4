"""Numbers and log lines that say how we are doing and nothing about anybody."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

ALLOWED = frozenset(
    {"event", "level", "timestamp", "logger", "message", "request_id", "method", "path", "status", "seconds"}
    | {"error", "kind", "where", "owner", "count", "reason", "job", "port", "host", "version", "code"}
)
"""The only fields that reach the log. A new one is added after asking whether it can ever hold a person's words."""

BUCKETS = (0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.0, 3.5, 5.0, 10.0)


class Metrics:
    """Prometheus metrics of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        one = self.registry
        self.requests = Counter("xiaofa_requests", "HTTP requests", ["path", "status"], registry=one)
        self.messages = Counter("xiaofa_messages", "Messages taken in, by outcome", ["status"], registry=one)
        self.seconds = Histogram(
            "xiaofa_message_seconds", "Until the person has an answer", buckets=BUCKETS, registry=one
        )
        self.running = Gauge("xiaofa_turns_running", "People whose messages are being answered now", registry=one)
        self.failures = Counter("xiaofa_turn_failures", "Turns that brought nothing, by kind", ["kind"], registry=one)
        self.limited = Counter("xiaofa_rate_limited", "Requests refused by the rate limit", registry=one)


def configure_logging(level: str) -> None:
    """JSON lines on standard output: ours through structlog, everybody else's through a formatter that keeps only what
    they wrote in their source code (never the arguments, never an exception's text)."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(SourceOnlyFormatter())
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler], force=True)


def only_allowed(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog processor: drops every field that is not in ALLOWED."""
    return {key: value for key, value in event.items() if key in ALLOWED}


class SourceOnlyFormatter(logging.Formatter):
    """A library's log line without its arguments: a template is ours to show, what was filled in may be a person's."""

    def format(self, record: logging.LogRecord) -> str:
        template = record.msg if isinstance(record.msg, str) and record.args else "(text withheld)"
        line = {"event": template, "level": record.levelname.lower(), "logger": record.name}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = where(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def where(error: BaseException | None) -> str:
    """File and line of the innermost frame of an exception: all we keep of a traceback."""
    trace = error.__traceback__ if error else None
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else "?"
