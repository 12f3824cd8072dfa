"""The audit of dependencies, with the real uv and npm asking a database that we fill."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from tests import audit

OSV = {
    "id": "GHSA-made-up-flask",
    "modified": "2026-01-01T00:00:00Z",
    "published": "2026-01-01T00:00:00Z",
    "summary": "cookies for everybody",
    "affected": [{"package": {"ecosystem": "PyPI", "name": "flask"}}],
}
NPM = {
    "vite": [
        {
            "id": 1,
            "url": "https://example.org/made-up",
            "title": "files for everybody",
            "severity": "high",
            "vulnerable_versions": "<9999",
        }
    ]
}


class Database(ThreadingHTTPServer):
    """OSV and an npm registry in one. `known` is whether it knows of anything."""

    known = True

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    server: Database

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        asked = json.loads(body)
        if self.path == "/v1/querybatch":
            names = [query["package"]["name"] for query in asked["queries"]]
            assert "flask" in names
            known = [{"id": OSV["id"], "modified": OSV["modified"]}]
            found = [{"vulns": known} if self.is_known(name) else {} for name in names]
            self.tell(200, {"results": found})
        else:
            assert "vite" in asked
            self.tell(200, NPM if self.server.known else {})

    def is_known(self, name: str) -> bool:
        return self.server.known and name == "flask"

    def do_GET(self) -> None:
        self.tell(200, OSV) if "/vulns/" in self.path else self.tell(404, {})

    def tell(self, status: int, answer: Any) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def database() -> Iterator[Database]:
    with Database(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_what_is_known_of_python_packages(database: Database) -> None:
    with pytest.raises(audit.Vulnerable, match="GHSA-made-up-flask"):
        audit.python("--service-url", database.address)
    database.known = False
    audit.python("--service-url", database.address)


def test_what_is_known_of_scripts(database: Database) -> None:
    with pytest.raises(audit.Vulnerable, match=r"vite.*files for everybody"):
        audit.scripts(f"--registry={database.address}")
    database.known = False
    audit.scripts(f"--registry={database.address}")


def test_a_database_that_is_away_is_named_and_no_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    away = "http://127.0.0.1:1"
    with pytest.raises(audit.Unreachable):
        audit.scripts(f"--registry={away}", "--fetch-retries=0")
    monkeypatch.setattr(audit, "GO_DATABASE", away)
    monkeypatch.setattr(audit, "AUDITS", {"the Go runner": audit.runner})
    assert audit.main() == 0
    assert (
        f"the Go runner: NOT AUDITED, the database cannot be asked ({away}"
        in capsys.readouterr().out
    )
    monkeypatch.setenv("JUDGE_TEST_AUDIT", "required")
    assert audit.main() == 1
