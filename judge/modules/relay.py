"""A module proxy on loopback that asks the operator's and bounds what comes.

Theory of operation. The go command speaks to this and to nothing else: it knows the
protocol, the order of questions and how sums are checked, but takes zips of 500 MB. So
each answer passes through here, where its size, the sizes of what is in a zip, their
number and the time are bounded before the go command sees it. What was refused, what was
not there and what could not be reached is kept, so that nobody has to guess it from what
the go command prints. One relay serves one fetch; the secret in its address keeps other
programs of the machine out. The protocol is https://go.dev/ref/mod#goproxy-protocol.
"""

from __future__ import annotations

import re
import secrets
import shutil
import tempfile
import threading
import time
import zipfile
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import IO, Any, Self, cast
from urllib.parse import unquote

import urllib3
from urllib3.exceptions import HTTPError

MAX_TEXT_BYTES = 4 << 20
"""Of an answer that is no zip: a list of versions, a go.mod, a piece of the checksum database."""
MAX_ZIP_FILES = 20_000
MAX_ASKED = 2_000
CONNECT_SECONDS = 10.0
READ_SECONDS = 20.0

_ASKED = re.compile(
    r"/(?P<module>[a-z0-9!._~/-]+)/(?:@v/(?:list|(?P<version>[A-Za-z0-9!.+_-]+)\.(?P<kind>info|mod|zip))|@latest)\Z"
)
_SUMS = re.compile(r"/sumdb/[A-Za-z0-9.-]+/[A-Za-z0-9!@.+_~/-]+\Z")
_CHUNK = 1 << 16
_GONE = (404, 410)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one fetch may take, in bytes and seconds."""

    module_bytes: int
    """Of one module, packed and unpacked."""
    total_bytes: int
    seconds: float


class _Refused(Exception):
    """An answer that is not passed on."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Relay:
    """Serves between `with` and its end."""

    def __init__(self, upstream: str, bounds: Bounds) -> None:
        self.bounds = bounds
        self.too_large: list[str] = []
        """What was over a bound, in words."""
        self.away: list[str] = []
        """Why the operator's proxy could not answer."""
        self.missing: set[tuple[str, str]] = set()
        """Modules with versions ("" for their lists) that it does not have."""
        self.downloaded = 0
        """Zips that were passed on."""
        self._upstream = upstream.rstrip("/")
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            retries=urllib3.Retry(total=4, connect=1, read=1, redirect=3, backoff_factor=0.2),
        )
        self._secret = secrets.token_urlsafe(16)
        self._left = bounds.total_bytes
        self._asked = 0
        self._until = time.monotonic() + bounds.seconds
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.relay = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="module relay", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._pool.clear()

    @property
    def address(self) -> str:
        """For GOPROXY."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/{self._secret}"

    def has_module(self, escaped: str) -> bool:
        """Whether the operator's proxy knows any version of a module."""
        try:
            with tempfile.TemporaryFile() as file:
                return self._get(f"/{escaped}/@v/list", MAX_TEXT_BYTES, file) > 0
        except _Refused:
            return False

    def answer(self, path: str, file: IO[bytes]) -> tuple[int, str]:
        """Fetch what is asked for into `file`; its size and media type.

        :raises _Refused: it is not passed on.
        """
        inner = path.removeprefix(f"/{self._secret}")
        asked = _ASKED.match(inner)
        if inner == path or not (asked or _SUMS.match(inner)) or ".." in inner:
            raise _Refused(400, "this is no question to a module proxy")
        self._count()
        if asked is None:
            return self._get(inner, MAX_TEXT_BYTES, file), "text/plain"
        name = f"{asked['module']}@{asked['version']}"
        if asked["kind"] != "zip":
            try:
                return self._get(inner, MAX_TEXT_BYTES, file), "text/plain"
            except _Refused as refused:
                if refused.status in _GONE:
                    self.missing.add((asked["module"], asked["version"] or ""))
                raise
        size = self._get(inner, self.bounds.module_bytes, file, name)
        self._look_into(file, name)
        self.downloaded += 1
        return size, "application/zip"

    def _count(self) -> None:
        with self._lock:
            self._asked += 1
            if self._asked > MAX_ASKED:
                raise self._over("the modules ask for too many other modules")

    def _get(self, path: str, most: int, file: IO[bytes], name: str = "an answer") -> int:
        try:
            response = self._pool.request("GET", self._upstream + path, preload_content=False)
        except HTTPError as error:
            raise self._unreachable(type(error).__name__) from error
        try:
            if response.status in (*_GONE, 400, 403):
                raise _Refused(404 if response.status != 410 else 410, "not found")
            if response.status != 200:
                raise self._unreachable(f"status {response.status}")
            return self._take(response, most, file, name)
        except HTTPError as error:
            raise self._unreachable(type(error).__name__) from error
        finally:
            response.release_conn()

    def _take(self, response: Any, most: int, file: IO[bytes], name: str) -> int:
        size = 0
        for chunk in response.stream(_CHUNK):
            size += len(chunk)
            with self._lock:
                self._left -= len(chunk)
            if size > most:
                raise self._over(f"{name} is larger than {most >> 20} MiB")
            if self._left < 0:
                whole = self.bounds.total_bytes >> 20
                raise self._over(f"the modules are larger than {whole} MiB together")
            if time.monotonic() > self._until:
                raise self._over("fetching the modules takes too long")
            file.write(chunk)
        return size

    def _look_into(self, file: IO[bytes], name: str) -> None:
        """Refuse what would be too much unpacked; names and contents the go command checks."""
        try:
            listed = zipfile.ZipFile(file).infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise self._unreachable(f"what it has as {name} is no zip") from error
        if len(listed) > MAX_ZIP_FILES:
            raise self._over(f"{name} has {len(listed)} files; at most {MAX_ZIP_FILES} are taken")
        if sum(one.file_size for one in listed) > self.bounds.module_bytes:
            raise self._over(f"{name} is larger than {self.bounds.module_bytes >> 20} MiB unpacked")

    def _over(self, text: str) -> _Refused:
        self.too_large.append(text)
        return _Refused(403, text)

    def _unreachable(self, text: str) -> _Refused:
        self.away.append(text)
        return _Refused(502, text)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    relay: Relay


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer one question of the go command."""
        relay = cast(_Server, self.server).relay
        with tempfile.TemporaryFile() as file:
            try:
                size, media_type = relay.answer(unquote(self.path.split("?")[0]), file)
            except _Refused as refused:
                self._head(refused.status, len(text := f"{refused}\n".encode()), "text/plain")
                self.wfile.write(text)
                return
            file.seek(0)
            self._head(200, size, media_type)
            shutil.copyfileobj(file, self.wfile)

    def _head(self, status: int, size: int, media_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{media_type}; charset=utf-8")
        self.send_header("Content-Length", str(size))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """The fetch tells what matters."""
