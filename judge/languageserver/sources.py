"""Sources of the standard library, for a page that goes to a definition there.

They are read from the toolchain's own folder, never from a sandbox.
"""

from __future__ import annotations

from typing import Any

from judge.errors import SandboxUnavailable
from judge.languageserver.dialogue import LIBRARY, BadMessage
from judge.languageserver.rootfs import GOROOT
from judge.sandbox import rootfs


class Sources:
    """Answers `judge/source`."""

    def answer(self, message: dict[str, Any]) -> dict[str, Any]:
        """The answer to `{"id", "params": {"uri"}}`. Raises BadMessage."""
        ident, params = message.get("id"), message.get("params")
        uri = params.get("uri") if isinstance(params, dict) else None
        if not isinstance(ident, int) or not isinstance(uri, str) or not LIBRARY.match(uri):
            raise BadMessage("judge/source has a number and a file of the standard library")
        try:
            file = rootfs.toolchain() / uri.removeprefix(f"file://{GOROOT}/")
            text = file.read_text("utf-8", "replace")
        except (OSError, SandboxUnavailable):
            return {"id": ident, "error": {"message": "there is no such source"}}
        return {"id": ident, "result": {"text": text}}
