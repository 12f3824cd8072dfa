"""A pool for each language; Go's is there from the start, the others from their first program."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from judge.sandbox import languages
from judge.sandbox.pool import Pool, choose
from judge.sandbox.settings import SandboxSettings


class Pools:
    """A context manager that owns all pools but Go's, which it is given."""

    def __init__(self, go: Pool, settings: SandboxSettings) -> None:
        self._pools = {"go": go}
        self._settings = settings
        self._lock = threading.Lock()

    def get(self, language: str) -> Pool:
        """The pool for programs in `language`.

        :raises UserError: there is no such language.
        :raises SandboxUnavailable: there is nothing to make its sandboxes with.
        """
        with self._lock:
            if language not in self._pools:
                shape = languages.get(language).shape(self._settings)
                self._pools[language] = Pool(self._settings, choose(self._settings, shape))
            return self._pools[language]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for name, pool in self._pools.items():
            if name != "go":
                pool.close()
