"""Calls to the judge's public API. Only the standard library is needed for them."""

from __future__ import annotations

import json
import platform
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from judge_cli.config import ConfigError

TIMEOUT_SECONDS = 30


class ServerError(Exception):
    """The judge refused, or cannot be reached; the text is one line for people."""

    def __init__(self, message: str, status: int = 0) -> None:
        """`status`: the HTTP status, 0 where there was no answer."""
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Server:
    """A judge, and the token with which it knows us ("" before signing in)."""

    url: str
    token: str = ""

    def get(self, path: str) -> Any:
        """The JSON at `path`."""
        return self._call("GET", path, None, {})

    def post(self, path: str, body: Any, **headers: str) -> Any:
        """The JSON that answers `body`; underscores in header names become dashes."""
        return self._call("POST", path, body, headers)

    def _call(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        data = None if body is None else json.dumps(body).encode()
        # `checked_url` has let only http and https pass.
        request = urllib.request.Request(f"{self.url}{path}", data, method=method)  # noqa: S310
        request.add_header("Accept", "application/json")
        request.add_header("User-Agent", f"judge-cli ({platform.system()})")
        if data is not None:
            request.add_header("Content-Type", "application/json")
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(  # noqa: S310
                request, timeout=TIMEOUT_SECONDS
            ) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise ServerError(_reason(error), error.code) from None
        except (OSError, ValueError) as error:
            why = getattr(error, "reason", error)
            raise ServerError(f"{self.url} cannot be reached: {why}") from None


def checked_url(text: str) -> str:
    """An address as it is kept. Raises ConfigError for one that is none."""
    url = text if "://" in text else f"https://{text}"
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ConfigError(f"{text!r} is no address; it looks like https://judge.example.org")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _reason(error: urllib.error.HTTPError) -> str:
    if error.code == 401:
        return "you are not signed in there (any more): judge-cli login"
    try:
        said = json.load(error).get("error")
    except (OSError, ValueError, AttributeError):
        said = None
    if error.code == 429:
        wait = error.headers.get("Retry-After")
        return f"that was too often; try again in {wait} s" if wait else "that was too often"
    return said or f"the judge answered {error.code}"
