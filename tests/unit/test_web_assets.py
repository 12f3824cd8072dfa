"""The manifest of the built front end, and code as safe markup."""

import json
from pathlib import Path

import pytest
from flask import Flask

from judge.web import assets

MANIFEST = {
    "src/pages/site.ts": {
        "file": "assets/site-1.js",
        "isEntry": True,
        "imports": ["_keys.js"],
        "css": ["assets/site-1.css"],
    },
    "src/pages/problem.ts": {
        "file": "assets/problem-1.js",
        "isEntry": True,
        "imports": ["_keys.js", "_table.js"],
        "css": ["assets/problem-1.css"],
    },
    "_keys.js": {"file": "assets/keys-1.js"},
    "_table.js": {
        "file": "assets/table-1.js",
        "imports": ["_keys.js"],
        "css": ["assets/table-1.css"],
    },
    "fonts/inter-latin-wght-normal.woff2": {"file": "assets/inter-latin-wght-normal-1.woff2"},
    "fonts/inter-latin-ext-wght-normal.woff2": {"file": "assets/inter-latin-ext-1.woff2"},
}
PREFIX = "/static/dist/assets/"


@pytest.fixture
def manifest(tmp_path: Path) -> assets.Manifest:
    (tmp_path / "manifest.json").write_text(json.dumps(MANIFEST))
    return assets.load(tmp_path)


def test_a_page_gets_what_all_share_and_then_its_own(manifest: assets.Manifest) -> None:
    assert manifest.scripts("problem") == [PREFIX + "site-1.js", PREFIX + "problem-1.js"]
    assert manifest.scripts("site") == [PREFIX + "site-1.js"]


def test_shared_modules_are_named_once(manifest: assets.Manifest) -> None:
    assert sorted(manifest.shared("problem")) == [PREFIX + "keys-1.js", PREFIX + "table-1.js"]


def test_style_sheets_of_imports_come_along(manifest: assets.Manifest) -> None:
    assert set(manifest.styles("problem")) == {PREFIX + "problem-1.css", PREFIX + "table-1.css"}


def test_only_the_fonts_of_every_page_are_loaded_first(manifest: assets.Manifest) -> None:
    assert manifest.preloads() == [PREFIX + "inter-latin-wght-normal-1.woff2"]


def test_before_the_first_build_there_is_nothing(tmp_path: Path) -> None:
    empty = assets.load(tmp_path)
    assert empty.scripts("problem") == [] and empty.styles("site") == []


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    folder = tmp_path / "assets"
    folder.mkdir()
    (folder / "a-1.js").write_bytes(b"plain")
    (folder / "a-1.js.br").write_bytes(b"brotli")
    (folder / "a-1.js.gz").write_bytes(b"gzip")
    (tmp_path / "secret").write_text("outside")
    monkeypatch.setattr(assets, "DIST", tmp_path)
    app = Flask("test", static_folder=None)
    app.register_blueprint(assets.blueprint)
    return app


@pytest.mark.parametrize(
    ("accepted", "body", "encoding"),
    [
        ("gzip, br", b"brotli", "br"),
        ("gzip", b"gzip", "gzip"),
        ("", b"plain", None),
        ("br;q=0, gzip;q=0", b"plain", None),
    ],
)
def test_the_best_encoding_is_sent(
    app: Flask, accepted: str, body: bytes, encoding: str | None
) -> None:
    response = app.test_client().get(PREFIX + "a-1.js", headers={"Accept-Encoding": accepted})
    assert response.data == body
    assert response.headers.get("Content-Encoding") == encoding
    assert response.mimetype == "text/javascript"
    assert response.cache_control.immutable and response.cache_control.max_age == 31536000
    assert response.vary.as_set() == {"accept-encoding"}


@pytest.mark.parametrize("name", ["../secret", "%2e%2e/secret", "none.js"])
def test_nothing_outside_of_the_folder_is_sent(app: Flask, name: str) -> None:
    assert app.test_client().get(PREFIX + name).status_code == 404
