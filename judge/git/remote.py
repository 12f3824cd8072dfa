"""The files of a public repository, fetched once over https from wherever a stranger says.

Theory of operation. An address is taken apart by a grammar that has https and nothing else:
no user, no query, no other transport. The name is looked up here and the socket is opened to
the very address that was looked at, which must be one that everybody can reach; so a name
that says something else a moment later leads nowhere. No redirect is followed, no proxy of
the environment used. What comes is one commit without history, counted while it comes, and
looked through before anything is unpacked (`judge.git.pack`). Nothing is written to disk, and
links, submodules and large files are only names.
"""

from __future__ import annotations

import ipaddress
import math
import re
import socket
import stat
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import urllib3
from dulwich.client import HTTPUnauthorized, Urllib3HttpGitClient
from dulwich.errors import GitProtocolError, HangupException, NotGitRepository
from dulwich.object_store import MemoryObjectStore, ObjectStoreGraphWalker
from dulwich.objects import Blob, Commit, ObjectID, Tree
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from judge.errors import UserError
from judge.git import pack
from judge.git.repository import BROKEN

MAX_PACK_BYTES = 32 << 20
MAX_UNPACKED_BYTES = 64 << 20
MAX_OBJECTS = 10_000
MAX_ENTRIES = 50_000
"""Entries of trees that are looked at, each as often as it is come by: a few small trees
that name each other have as many paths as one likes."""
MAX_MODE = 0o777777
MAX_NAME_CHARACTERS = 255
MAX_DEPTH = 12
CONNECT_SECONDS = 10.0
READ_SECONDS = 20.0
_LOOK_SECONDS = 0.2

_ADDRESS = re.compile(
    r"https://(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:/[A-Za-z0-9_~][A-Za-z0-9_.~-]*)+)/?\Z",
    re.ASCII,
)
_HIDING = tuple(
    ipaddress.ip_network(one)
    for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "fec0::/10")
)
"""Addresses in which another one hides: NAT64, 6to4, Teredo, and those long out of use."""


class BadAddress(UserError):
    """No address of a repository that could be fetched from; the text says why."""


class Unreadable(UserError):
    """There is no repository that can be had; the text says why."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What an operator adds: hosts that may be private, and who signs their certificates."""

    hosts: frozenset[str] = frozenset()
    """As in addresses, "git.example.org" or "git.example.org:8443"."""
    authorities: str | None = None
    """A file of certificates, instead of the system's."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """Files by their paths, and what is no file of ours: paths with why."""

    files: dict[str, bytes]
    left_out: dict[str, str] = field(default_factory=dict)


def check(address: str, allowed: Allowed) -> str:
    """`address` as it is fetched from.

    :raises BadAddress: it is none.
    """
    if _names_somebody(address):
        raise BadAddress("the address has a name or a password in it; only public ones are taken")
    match = _ADDRESS.match(address)
    if match is None or len(address) > 300:
        raise BadAddress(
            "the address of a repository is written such as https://example.org/owner/name"
        )
    place = match["host"].lower() + (f":{match['port']}" if match["port"] else "")
    if match["port"] not in (None, "443") and place not in allowed.hosts:
        raise BadAddress("only the usual port of https is taken")
    return f"https://{place}{match['path']}"


def _names_somebody(address: str) -> bool:
    """Whether the address names a user."""
    try:
        return "@" in urlsplit(address).netloc
    except ValueError:
        return False


def fetch(
    address: str, allowed: Allowed, seconds: float, progress: Callable[[int], None]
) -> Fetched:
    """The files of the commit that is HEAD at `address`, which `check` has passed.

    `progress` hears now and then how many bytes have come; what it raises ends the fetch.

    :raises Unreadable: there is none, or too much.
    """
    until = time.monotonic() + seconds
    client = _Client(address, allowed, until)
    # A server may be silent as long as it likes: whoever waits is not the one who reads.
    with ThreadPoolExecutor(1, "fetch") as executor:
        reading = executor.submit(client.pack)
        try:
            while not wait([reading], _LOOK_SECONDS).done:
                progress(client.came)
                if time.monotonic() > until:
                    raise Unreadable("fetching the repository takes too long")
        finally:
            client.end()
        data, head = reading.result()
    return _unpacked(data, head, until)


def _unpacked(data: bytes, head: ObjectID, until: float = math.inf) -> Fetched:
    store = MemoryObjectStore()
    try:
        pack.check(data, MAX_OBJECTS, MAX_UNPACKED_BYTES, until)
        store.add_thin_pack(BytesIO(data).read, None)
        commit = store[head]
        if not isinstance(commit, Commit):
            raise Unreadable("what it calls HEAD is no commit")
        walk = _Walk(store, until)
        walk.into(commit.tree, "", MAX_DEPTH)
        fetched = walk.fetched
    except pack.BadPackfile as error:
        raise Unreadable(f"the repository cannot be taken: {error}") from None
    except BROKEN as error:
        raise Unreadable("what the server sent is damaged") from error
    return fetched


def _words(error: BaseException) -> str:
    inner = error.__cause__ or error
    reason = getattr(inner, "reason", None) or inner
    return str(reason).split("object at 0x")[-1].partition(">: ")[2] or str(reason)


class _Client(Urllib3HttpGitClient):
    """Dulwich's, with everything counted and nothing followed."""

    def __init__(self, address: str, allowed: Allowed, until: float) -> None:
        self.came = 0
        self._until = until
        self._sockets: list[socket.socket] = []
        manager = _manager(allowed, self._sockets)
        super().__init__(address, pool_manager=manager, thin_packs=False, quiet=True)

    def end(self) -> None:
        """Whatever is still under way fails at once."""
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def pack(self) -> tuple[bytes, ObjectID]:
        """One commit with its files as a pack, and its id."""
        data = bytearray()
        heads: list[ObjectID] = []

        def take(piece: bytes) -> int:
            data.extend(piece)
            return len(piece)

        def want(refs: Any, depth: int | None = None) -> list[ObjectID]:
            del depth
            if b"HEAD" not in refs:
                raise Unreadable("the repository is empty")
            heads.append(refs[b"HEAD"])
            return heads

        walker = ObjectStoreGraphWalker([], lambda _: [])
        try:
            self.fetch_pack("", want, walker, take, depth=1, ref_prefix=[b"HEAD"])
        except NotGitRepository:
            raise Unreadable("there is no public repository at this address") from None
        except HTTPUnauthorized:
            raise Unreadable("there is no repository that everybody may read") from None
        except (GitProtocolError, HangupException, HTTPError, *BROKEN) as error:
            raise Unreadable(f"the server cannot be asked: {_words(error)}") from error
        finally:
            self.pool_manager.clear()
        if not heads:
            raise Unreadable("the repository is empty")
        return bytes(data), heads[0]

    def _http_request(
        self,
        url: str,
        headers: dict[str, str] | None = None,
        data: Any = None,
        raise_for_status: bool = True,
    ) -> Any:
        response, read = super()._http_request(url, headers, data, raise_for_status)
        if not str(response.headers.get("Content-Type")).startswith("application/x-git-"):
            raise Unreadable("there is no repository at this address, but some other page")

        def counted(size: int) -> bytes:
            piece = read(size)
            self.came += len(piece)
            if self.came > MAX_PACK_BYTES:
                raise Unreadable(f"the repository is larger than {MAX_PACK_BYTES >> 20} MiB")
            if time.monotonic() > self._until:
                raise Unreadable("fetching the repository takes too long")
            return piece

        return response, counted


def _manager(allowed: Allowed, sockets: list[socket.socket]) -> urllib3.PoolManager:
    class Connection(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            place = self.host if self.port == 443 else f"{self.host}:{self.port}"
            made = _connect(self.host, self.port or 443, private=place in allowed.hosts)
            sockets.append(made)
            return made

    class Pool(HTTPSConnectionPool):
        ConnectionCls = Connection

    class Manager(urllib3.PoolManager):
        def __init__(self) -> None:
            super().__init__(
                cert_reqs="CERT_REQUIRED",
                ca_certs=allowed.authorities,
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            )
            self.pool_classes_by_scheme = {"https": Pool}

        def urlopen(  # type: ignore[override]
            self, method: str, url: str, redirect: bool = True, **more: Any
        ) -> Any:
            del redirect
            response = super().urlopen(method, url, redirect=False, **more | {"retries": False})
            if 300 <= response.status < 400:
                raise Unreadable(
                    "the server sends on to another address, and none is followed: "
                    "give the one that git clone has, with .git where it has that"
                )
            return response

    return Manager()


def _connect(host: str, port: int, *, private: bool) -> socket.socket:
    """A socket to an address of `host` that everybody can reach, or `private` may be."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreadable(f"there is no server called {host}") from None
    ways = [one for one in found if private or is_public(one[4][0])]
    if not ways:
        raise Unreadable(f"{host} is not a public server; only those are asked")
    for family, kind, protocol, _, place in ways:
        made = socket.socket(family, kind, protocol)
        made.settimeout(CONNECT_SECONDS)
        try:
            made.connect(place)
        except OSError:
            made.close()
            continue
        return made
    raise Unreadable(f"{host} does not answer")


def is_public(address: str | int) -> bool:
    """Whether it is an address of the internet's, in which none hides that is not."""
    try:
        found = ipaddress.ip_address(str(address).split("%", maxsplit=1)[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if any(found in network for network in _HIDING):
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved)


class _Walk:
    """The files below a tree. Everything that it looks at is counted, each time."""

    def __init__(self, store: MemoryObjectStore, until: float) -> None:
        self.fetched = Fetched({})
        self._store, self._until = store, until
        self._entries_left, self._bytes_left = MAX_ENTRIES, MAX_UNPACKED_BYTES
        # The store copies an object each time it is asked for it.
        self._blobs: dict[ObjectID, bytes] = {}

    def into(self, name: ObjectID, above: str, depth: int) -> None:
        """Take what lies in one folder."""
        if not depth:
            self.fetched.left_out[above] = f"folders are nested over {MAX_DEPTH} deep"
            return
        for path, mode, inner in self._entries(name):
            full = f"{above}{path}"
            if stat.S_ISDIR(mode):
                self.into(inner, f"{full}/", depth - 1)
            elif not stat.S_ISREG(mode):
                self.fetched.left_out[full] = "a link" if stat.S_ISLNK(mode) else "a submodule"
            elif len(self.fetched.files) >= MAX_OBJECTS:
                raise Unreadable(f"there are over {MAX_OBJECTS} files")
            else:
                self.fetched.files[full] = self._data(inner)

    def _entries(self, name: ObjectID) -> Iterator[tuple[str, int, ObjectID]]:
        tree = self._store[name]
        assert isinstance(tree, Tree), "or the tree is broken"
        for entry in tree.iteritems():
            self._entries_left -= 1
            if self._entries_left < 0:
                raise Unreadable(f"there are over {MAX_ENTRIES} files and folders")
            if time.monotonic() > self._until:
                raise Unreadable("reading the repository takes too long")
            path = entry.path.decode("utf-8", "replace")
            if entry.mode > MAX_MODE or len(path) > MAX_NAME_CHARACTERS:
                raise Unreadable("it has a file that no repository has")
            if path.lower() not in ("", ".", "..", ".git") and "/" not in path and "\\" not in path:
                yield path, entry.mode, entry.sha

    def _data(self, name: ObjectID) -> bytes:
        data = self._blobs.get(name)
        if data is None:
            blob = self._store[name]
            assert isinstance(blob, Blob), "or the tree is broken"
            data = self._blobs[name] = blob.data
        self._bytes_left -= len(data)
        if self._bytes_left < 0:
            raise Unreadable(f"its files are over {MAX_UNPACKED_BYTES >> 20} MiB together")
        return data
