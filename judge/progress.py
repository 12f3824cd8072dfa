"""What happens to a submission while it is judged, told through Redis as it happens.

Theory of operation. A worker's `Teller` has a thread of its own, so that telling
costs the judging nothing: messages go into a line, the thread takes all that wait
and writes them in one round trip, to a short list (for whoever opens the page in
the middle) and to a channel (for whoever has it open). Nothing here is the truth:
what gets lost is made up for by the state in PostgreSQL.

A message on list and channel is ``{"attempt", "index", "message"}``; messages are
for students' eyes. The last one of an attempt is ``{"type": "done"}``.
"""

from __future__ import annotations

import json
import queue as lines
import threading
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import structlog
from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError

KEPT_SECONDS = 600
MOST_KEPT = 2000
"""Messages of a submission; a page that missed more than that shows the result soon enough."""
_BATCH = 256
_STOP_SECONDS = 5.0

_log = structlog.get_logger(__name__)

Write = Callable[[Pipeline], None]


def channel(submission_id: UUID | str) -> str:
    """The channel on which a submission's messages go out."""
    return f"judge:live:{submission_id}"


def told_key(submission_id: UUID | str) -> str:
    """The list that keeps them for a while."""
    return f"judge:told:{submission_id}"


class Teller:
    """Writes to Redis from a thread of its own, in order and in batches. Never raises."""

    def __init__(self, client: Redis) -> None:
        """Starts its thread."""
        self._client = client
        self._line: lines.SimpleQueue[Write | None] = lines.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="teller", daemon=True)
        self._thread.start()

    def write(self, write: Write) -> None:
        """Do `write` soon, on a pipeline."""
        self._line.put(write)

    def tell(
        self, submission_id: UUID, attempt: int, index: int, message: Mapping[str, Any]
    ) -> None:
        """Tell one message. An `index` of 0 begins the attempt anew."""
        entry = json.dumps({"attempt": attempt, "index": index, "message": message})
        key = told_key(submission_id)

        def write(pipeline: Pipeline) -> None:
            if index == 0:
                pipeline.delete(key)
            pipeline.rpush(key, entry)
            pipeline.ltrim(key, -MOST_KEPT, -1)
            pipeline.expire(key, KEPT_SECONDS)
            pipeline.publish(channel(submission_id), entry)

        self._line.put(write)

    def close(self) -> None:
        """Write what still waits, and end."""
        self._line.put(None)
        self._thread.join(_STOP_SECONDS)

    def _work(self) -> None:
        open_ = True
        while open_:
            batch = [self._line.get()]
            while len(batch) < _BATCH and not self._line.empty():
                batch.append(self._line.get())
            open_ = None not in batch
            self._flush([write for write in batch if write is not None])

    def _flush(self, writes: list[Write]) -> None:
        try:
            with self._client.pipeline(transaction=False) as pipeline:
                for write in writes:
                    write(pipeline)
                pipeline.execute()
        except RedisError as error:
            _log.warning("progress not told", messages=len(writes), error=str(error))


def read_entry(data: bytes | str) -> tuple[int, int, dict[str, Any]]:
    """Attempt, index and message of what `Teller.tell` wrote."""
    entry = json.loads(data)
    return entry["attempt"], entry["index"], entry["message"]
