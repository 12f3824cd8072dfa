"""How every process logs: one line for each event, for people or as JSON for machines."""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import Processor

from judge.config import Settings


def quiet() -> None:
    """For commands: their output is what they print, and warnings go to stderr."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def configure(settings: Settings) -> None:
    """Let structlog and the standard library's loggers write to stderr in one form."""
    as_json = settings.log == "json" or (settings.log == "auto" and settings.production)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    colours = sys.stderr.isatty()
    last: Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=colours)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    # One line for each query or request of these tells nobody anything.
    for name in ("alembic", "docker", "urllib3", "rq.worker", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.WARNING)
