"""Fetching somebody's repository: from a real git server, and not from where it must not be."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from judge import clones
from judge.errors import UserError
from judge.git import remote
from judge.git.remote import Allowed, BadAddress, Unreadable
from tests.git_server import CERTIFICATE, repository, served

MAIN = b"package main\n\nfunc main() {}\n"
FILES = {
    "go.mod": b"module ex.test/all\n\ngo 1.26\n",
    "main.go": MAIN,
    "data/a.txt": b"text",
    "data/picture.png": b"\x89PNG\0",
    "data/large.bin": b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n",
    "asm.s": b"TEXT",
    "link.go": b"-> /etc/passwd",
    ".github/workflows/ci.yml": b"on: push\n",
    "other/go.mod": b"module other\n",
    "other/o.go": b"package other\n",
}
LARGE = {
    "go.mod": b"module ex.test/large\n\ngo 1.26\n\nrequire ex.test/words v1.0.0\n",
    **{f"many/p{number}/p.go": b"package p\n" for number in range(60)},
    "cmd/run/main.go": MAIN,
    "cmd/run/help/help.go": b"package help\n",
    "docs/a.md": b"no Go",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("repositories")
    repository(folder / "small.git", FILES)
    repository(folder / "large.git", LARGE)
    with served(folder) as place:
        yield place


def fetch(server: str, path: str, seconds: float = 60, *, private: bool = True) -> remote.Fetched:
    allowed = Allowed(frozenset({server} if private else ()), str(CERTIFICATE))
    address = remote.check(f"https://{server}/{path}", allowed)
    return remote.fetch(address, allowed, seconds, lambda _: None)


def test_one_commit_becomes_a_program(server: str) -> None:
    fetched = fetch(server, "small.git")
    assert fetched.files.keys() == FILES.keys() - {"link.go"}
    chosen = clones.choose(fetched, "")
    assert set(chosen.files) == {"go.mod", "main.go", "data/a.txt"}
    assert {name: why[:22] for name, why in chosen.left_out.items()} == {
        "data/large.bin": "kept elsewhere (Git LF",
        "data/picture.png": "no text",
        "asm.s": "asm.s: only Go can be ",
        "link.go": "a link",
        "other/go.mod": "of another module",
        "other/o.go": "of another module",
    }
    assert clones.choose(fetched, "other").files.keys() == {"go.mod", "o.go"}
    with pytest.raises(UserError, match="no Go file in data"):
        clones.choose(fetched, "data")


def test_of_what_is_too_large_a_folder_is_chosen(server: str) -> None:
    fetched = fetch(server, "large.git")
    chosen = clones.choose(fetched, "")
    assert not chosen.files
    assert {"cmd", "cmd/run", "many/p7"} < set(chosen.folders)
    assert not {"many", "docs"} & set(chosen.folders)
    run = clones.choose(fetched, "cmd/run").files
    # Its packages keep their paths, and what they need is still required.
    assert run["go.mod"].startswith("module ex.test/large/cmd/run\n\ngo 1.26\n")
    assert "require ex.test/words v1.0.0" in run["go.mod"]
    assert set(run) == {"go.mod", "main.go", "help/help.go"}


def test_what_is_not_there_and_what_leads_away(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Unreadable, match="no public repository"):
        fetch(server, "absent.git")
    with pytest.raises(Unreadable, match="none is followed"):
        fetch(server, "moved/small.git")
    monkeypatch.setattr(remote, "MAX_PACK_BYTES", 100)
    with pytest.raises(Unreadable, match="larger than"):
        fetch(server, "small.git")
    monkeypatch.undo()
    monkeypatch.setattr(remote, "MAX_OBJECTS", 3)
    with pytest.raises(Unreadable, match="at most 3 can be taken"):
        fetch(server, "small.git")


def test_a_private_server_is_not_asked(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    host, port = server.split(":")
    asked: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, place: asked.append(place))
    with pytest.raises(BadAddress, match="usual port"):
        fetch(server, "small.git", private=False)
    for name in (host, "127.0.0.1", "2130706433", "0.0.0.0"):
        with pytest.raises(Unreadable, match="is not a public server"):
            fetch(name, "small.git", private=False)
    # Whatever the name says when the socket opens is what counts.
    told = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", int(port)))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: told)
    with pytest.raises(Unreadable, match="is not a public server"):
        fetch("example.org", "small.git", private=False)
    assert asked == []


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1",
        "192.168.1.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1", "2002:7f00:1::", "2001:0:1::1", "fc00::1", "fe80::1%eth0",
        "fec0::1", "ff02::1", "2001:db8::1", "no address",
    ],
)  # fmt: skip
def test_no_address_that_is_not_the_internets(address: str) -> None:
    assert not remote.is_public(address)


def test_addresses_of_the_internet() -> None:
    for address in ("140.82.121.3", "2606:50c0:8000::154", "::ffff:140.82.121.3"):
        assert remote.is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/a", "git://example.org/a", "ssh://example.org/a", "file:///etc",
        "ext::sh -c date", "https::example.org/a", "https://user@example.org/a",
        "https://user:word@example.org/a", "https://example.org", "https://example.org/",
        "https://example.org:22/a", "https://example.org/a?b", "https://example.org/a#b",
        "https://example.org/../a", "https://example.org/-a", "https://[::1]/a",
        "https://example.org/a\nb", "https://exämple.org/a", "--upload-pack=date", "",
    ],
)  # fmt: skip
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(BadAddress):
        remote.check(address, Allowed())


def test_a_silent_server_ends_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        kept: list[object] = []
        thread = threading.Thread(target=lambda: kept.append(silent.accept()), daemon=True)
        thread.start()
        place = f"localhost:{silent.getsockname()[1]}"
        with pytest.raises(Unreadable, match="takes too long"):
            fetch(place, "a", 0.3)
