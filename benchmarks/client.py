"""A student at a running product: hands in over HTTP, watches the live socket."""

from __future__ import annotations

import http.client
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from websockets.sync.client import connect
from websockets.typing import Origin

from judge.launch.trial import Product

GENEROUS = {
    f"JUDGE_LIMIT_{name}": "100000/minute" for name in ("LOGIN", "REGISTER", "SUBMIT", "RUN")
}
"""Settings with which nobody is throttled."""
KEPT_SECONDS = 3
"""After so long the server may have closed a connection that nobody used."""
CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
TOKEN = re.compile(r"\bjudge_[\w-]{20,}")


@dataclass
class Student:
    """The demo student, or whoever registers, with one connection kept open."""

    product: Product
    cookies: dict[str, str] = field(default_factory=dict)
    _token: str = ""
    _used: float = 0.0

    def __post_init__(self) -> None:
        """Nothing is connected yet."""
        self._connection = http.client.HTTPConnection(urlsplit(self.product.address).netloc)

    def sign_in(self) -> None:
        """Sign in on the page (for live sockets) and make a token (for the API)."""
        self._send("/login", username="student", password="demo-student")  # noqa: S106 - of the demo
        self._token = self.product.command("token", "create", "student", "--name", "benchmark")

    def register(self, name: str) -> None:
        """Be somebody else, who is signed in on the page."""
        self._send("/register", username=name, password=f"a password of {name}")

    def make_token(self) -> None:
        """Create token for the API, on the page for it."""
        self._send("/account/tokens", name="benchmark")
        found = TOKEN.search(self.get("/account/tokens").decode())
        assert found, "the page shows the token"
        self._token = found[0]

    def _send(self, path: str, **fields: str) -> None:
        """Fill in the form of a page."""
        found = CSRF.search(self._ask("GET", path).decode())
        assert found, f"{path} has a CSRF token"
        form = urlencode({"csrf_token": found[1], **fields})
        self._ask("POST", path, form, "application/x-www-form-urlencoded")

    def _ask(
        self, method: str, path: str, body: str | None = None, kind: str = "application/json"
    ) -> bytes:
        if time.monotonic() - self._used > KEPT_SECONDS:
            self._connection.close()
        self._used = time.monotonic()
        headers = {"Content-Type": kind, "Cookie": self.cookie}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        answer = response.read()
        if response.status >= 400:
            raise SystemExit(f"{method} {path}: {response.status} {answer[:300].decode()}")
        for header in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        return answer

    @property
    def cookie(self) -> str:
        """The cookies, as a header's value."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def hand_in(self, problem: str, files: Mapping[str, str]) -> str:
        """Hand files in; the submission's id."""
        body = json.dumps({"files": files})
        made = json.loads(self._ask("POST", f"/api/v1/problems/{problem}/submissions", body))
        return str(made["id"])

    def refused(self, problem: str, files: Mapping[str, str]) -> bool:
        """Hand in past the limit; whether the answer was 429 and said when to try again."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        path = f"/api/v1/problems/{problem}/submissions"
        self._connection.request("POST", path, json.dumps({"files": dict(files)}), headers)
        response = self._connection.getresponse()
        response.read()
        return response.status == 429 and int(response.headers["Retry-After"]) > 0

    def get(self, path: str) -> bytes:
        """The body of a page."""
        return self._ask("GET", path)

    def ask(self, submission: str) -> dict[str, Any]:
        """What the API says about a submission."""
        answer: dict[str, Any] = json.loads(self._ask("GET", f"/api/v1/submissions/{submission}"))
        return answer

    @property
    def origin(self) -> Origin:
        """Where a browser would say that it comes from."""
        return Origin(self.product.address)

    def live_address(self, submission: str) -> str:
        """The address of a submission's live socket."""
        return f"{self.product.address.replace('http', 'ws', 1)}/live/submissions/{submission}"

    def watch(self, submission: str) -> dict[str, Any]:
        """Watch the live socket until the verdict is there; the last state."""
        headers = {"Cookie": self.cookie}
        address = self.live_address(submission)
        with connect(address, additional_headers=headers, origin=self.origin) as socket:
            for message in socket:
                told: dict[str, Any] = json.loads(message)
                if told["type"] == "state" and told["state"] == "done":
                    return told
        raise SystemExit(f"the live socket of {submission} ended without a verdict")
