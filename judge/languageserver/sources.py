"""Sources of the standard library and of modules, for a page that goes to a definition there.

They are read from the toolchain's own folder and from where the page's modules come from,
never from a sandbox.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from judge.errors import SandboxUnavailable
from judge.languageserver.dialogue import LIBRARY, OF_OTHERS, BadMessage
from judge.languageserver.rootfs import GOROOT
from judge.sandbox import rootfs


class Sources:
    """Answers `judge/source`."""

    def answer(
        self, message: dict[str, Any], of_others: Callable[[str], str | None]
    ) -> dict[str, Any]:
        """The answer to `{"id", "params": {"uri"}}`. Raises BadMessage.

        `of_others` has the texts of the page's modules.
        """
        ident, params = message.get("id"), message.get("params")
        uri = params.get("uri") if isinstance(params, dict) else None
        if not isinstance(ident, int) or not isinstance(uri, str):
            raise BadMessage("judge/source has a number and a file")
        if LIBRARY.match(uri):
            text = _of_the_library(uri)
        elif OF_OTHERS.match(uri):
            text = of_others(uri)
        else:
            raise BadMessage("judge/source is for the standard library and modules")
        if text is None:
            return {"id": ident, "error": {"message": "there is no such source"}}
        return {"id": ident, "result": {"text": text}}


def _of_the_library(uri: str) -> str | None:
    try:
        file = rootfs.toolchain() / uri.removeprefix(f"file://{GOROOT}/")
        return file.read_text("utf-8", "replace")
    except (OSError, SandboxUnavailable):
        return None
