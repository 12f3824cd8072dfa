"""Between a page and what runs for it: one thread tells, another hears (`judge.interactive`)."""

from __future__ import annotations

import codecs
import threading
from collections.abc import Mapping
from typing import Any, Self

import structlog
from redis.exceptions import RedisError

from judge import interactive, queue
from judge.errors import JudgeFault
from judge.sandbox.facts import Event
from judge.sandbox.session import Session
from judge.verdict.text import shown
from judge.worker import fuzzing

OUTPUT_KB = 1024
STOPPED = {"verdict": "stopped", "label": "Stopped", "message": "the program was stopped"}

_log = structlog.get_logger(__name__)


def given_up(run_id: str) -> bool:
    """Whether the page left while the run was waiting."""
    said = queue.connection().lrange(interactive.in_key(run_id), 0, -1)
    return any(interactive.read(one)["type"] == "stop" for one in said)


class Telling:
    """Tells a page what happens. Output is text there: bytes cut in two wait for the rest."""

    def __init__(self, run_id: str, folder: str = "") -> None:
        self._client = queue.connection()
        self._key = interactive.out_key(run_id)
        self._folder = folder
        decoder = codecs.getincrementaldecoder("utf-8")
        self._decoders = {name: decoder("replace") for name in ("stdout", "stderr")}
        self.fuzzed: dict[str, Any] | None = None
        """What was told last of fuzzing."""

    def event(self, event: Event) -> None:
        """Tell one of the sandbox's events."""
        if event.kind in ("stdout", "stderr"):
            self._output(event.kind, self._decoders[event.kind].decode(event.data))
        elif event.kind == "test":
            test = {"name": shown(event.name), "status": event.status}
            self.say({"type": "test", "folder": self._folder, "test": test})
        elif event.kind == "fuzz":
            self.fuzzed = fuzzing.record(event.data)
            self.say({"type": "fuzz", **self.fuzzed})
        else:
            self.say({"type": event.kind})

    def flush(self) -> None:
        """Tell what was held back: half a letter at the very end."""
        for name, decoder in self._decoders.items():
            self._output(name, decoder.decode(b"", final=True))

    def _output(self, stream: str, text: str) -> None:
        if text:
            self.say({"type": "output", "stream": stream, "data": text})

    def say(self, message: Mapping[str, Any]) -> None:
        """Tell something else."""
        interactive.say(self._client, self._key, message)


class Listening:
    """Hears what the page says while the program runs. A context manager."""

    def __init__(self, run_id: str, session: Session, closing: threading.Event) -> None:
        self.stopped = False
        """Whether the page, or the end of this worker, stopped the program."""
        self._run_id = run_id
        self._session = session
        self._closing = closing
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"listen {run_id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        try:
            # Wakes the thread, which waits on this list.
            interactive.say(queue.connection(), interactive.in_key(self._run_id), {"type": "over"})
        except RedisError as error:
            _log.warning("listener not woken", run=self._run_id, error=str(error))
        self._thread.join()

    def _work(self) -> None:
        client = queue.connection()
        key, out = interactive.in_key(self._run_id), interactive.out_key(self._run_id)
        while not self._over.is_set():
            try:
                found = client.blpop([key], timeout=interactive.BEAT_SECONDS)
                if found is None:
                    interactive.say(client, out, {"type": "beat"})
                else:
                    self._obey(interactive.read(found[1]))
                self._look()
            except RedisError as error:
                # Nobody can stop it any more, and nobody sees what it prints.
                _log.warning("page lost", run=self._run_id, error=str(error))
                self._stop()
                return
            except JudgeFault:
                return  # whoever reads the events has it too

    def _obey(self, message: Mapping[str, Any]) -> None:
        match message["type"]:
            case "stdin":
                self._session.send_stdin(message["data"].encode("utf-8", "replace"))
            case "eof":
                self._session.close_stdin()
            case "signal":
                self._session.signal(message["name"])
            case "stop":
                self._stop()

    def _look(self) -> None:
        """Every `BEAT_SECONDS`, and after each word of the page."""
        if self._closing.is_set():
            self._stop()

    def _stop(self) -> None:
        self.stopped = True
        self._session.cancel()
