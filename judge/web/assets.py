"""What Vite built, found through its manifest and served to be kept for a year.

Names carry a hash of their content, so an answer never goes stale. Text files lie
there compressed already (`.br`, `.gz`): nothing is compressed while a page waits.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, request, send_from_directory

DIST = Path(__file__).resolve().parents[2] / "static" / "dist"
_YEAR_SECONDS = 365 * 24 * 3600
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
SANS, MONO = "inter-latin-wght-normal", "jetbrains-mono-latin-wght-normal"

blueprint = Blueprint("assets", __name__)


@dataclass(frozen=True, slots=True)
class Manifest:
    """Vite's list of what an entry needs. Empty where nothing was built yet."""

    chunks: dict[str, dict[str, Any]]

    def scripts(self, entry: str) -> list[str]:
        """The addresses of the modules of a page: what all pages share, then its own."""
        names = dict.fromkeys(("site", entry))
        return [_address(found["file"]) for name in names if (found := self._entry(name))]

    def shared(self, entry: str) -> list[str]:
        """The modules those import, so that a browser need not find out one by one."""
        files = dict.fromkeys(
            chunk["file"]
            for name in dict.fromkeys(("site", entry))
            for chunk in self._imports(name)
            if not chunk.get("isEntry")
        )
        return [_address(file) for file in files]

    def styles(self, entry: str) -> list[str]:
        """The style sheets of an entry and of what it imports."""
        chunks = self._imports(entry)
        sheets = dict.fromkeys(sheet for chunk in chunks for sheet in chunk.get("css", ()))
        return [_address(sheet) for sheet in sheets]

    def preloads(self) -> list[str]:
        """The two fonts that every page shows at once."""
        files = [chunk["file"] for key, chunk in self.chunks.items() if key.endswith(".woff2")]
        return [_address(file) for file in files if any(font in file for font in (SANS, MONO))]

    def font(self, name: str) -> Path | None:
        """The file of a font; None where nothing was built yet."""
        files = (chunk["file"] for key, chunk in self.chunks.items() if key.endswith(".woff2"))
        return next((DIST / file for file in files if name in file), None)

    def _entry(self, name: str) -> dict[str, Any] | None:
        return self.chunks.get(f"src/pages/{name}.ts")

    def _imports(self, name: str) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        waiting = [f"src/pages/{name}.ts"]
        while waiting:
            key = waiting.pop()
            if key in found or key not in self.chunks:
                continue
            found[key] = self.chunks[key]
            waiting += self.chunks[key].get("imports", [])
        return list(reversed(found.values()))


def load(folder: Path = DIST) -> Manifest:
    """The manifest on disk; an empty one before the first build."""
    file = folder / "manifest.json"
    return Manifest(json.loads(file.read_text()) if file.is_file() else {})


def register(app: Flask) -> None:
    """Give templates `scripts`, `styles`, `shared_scripts`, `preloads`, and `sentence`."""
    manifest = load()
    app.jinja_env.globals.update(
        scripts=manifest.scripts,
        styles=manifest.styles,
        shared_scripts=manifest.shared,
        preloads=manifest.preloads,
    )
    app.jinja_env.filters["sentence"] = sentence


def sentence(text: str | None) -> str:
    """A message of ours, which has neither capital nor full stop, as a sentence."""
    if not text:
        return ""
    ends = text.endswith((".", "!", "?"))
    return f"{text[0].upper()}{text[1:]}{'' if ends else '.'}"


@blueprint.get("/static/dist/assets/<path:name>")
def asset(name: str) -> Response:
    """One built file, in the best encoding the browser takes."""
    folder = DIST / "assets"
    encoding, suffix = _encoding(folder, name)
    response = send_from_directory(folder, name + suffix, max_age=_YEAR_SECONDS)
    response.cache_control.immutable = True
    response.vary.add("Accept-Encoding")
    if encoding:
        response.headers["Content-Encoding"] = encoding
        response.mimetype = _mimetype(name)
    return response


def _encoding(folder: Path, name: str) -> tuple[str, str]:
    for encoding, suffix in _ENCODINGS:
        if request.accept_encodings[encoding] and (folder / (name + suffix)).is_file():
            return encoding, suffix
    return "", ""


def _mimetype(name: str) -> str:
    kinds = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
    return kinds.get(Path(name).suffix, "application/octet-stream")


def _address(file: str) -> str:
    return f"/static/dist/{file}"
