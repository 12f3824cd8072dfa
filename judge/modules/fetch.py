"""Fetches what a program requires, and says which packages it needs.

Theory of operation. A go.mod of ours with the program's requirements and a file of ours
with its imports are put into an empty folder; ``go list -deps`` is run there, with nothing
in its environment but where the relay and the caches are. So version selection, checksums
and the checks of zips are the go command's own, and nothing that a stranger wrote is read
by it but go.mod files and import clauses of modules. It builds nothing, starts no version
control, and sees no network but the relay and, where that has none, the checksum database.

A go.sum of the program is held against what was fetched; the go command never gets it, or
it could be told to trust something else than the checksum database does.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from judge.config import Settings
from judge.errors import JudgeFault, UserError
from judge.modules import sources
from judge.modules.relay import Bounds, Relay
from judge.modules.sources import Found, Package, Place
from judge.modules.store import Store, Sums, escape, read_sums, write_sums
from judge.sandbox import rootfs

AT_ONCE = 2
"""Fetches of a process at a time; others wait for theirs."""
TAGS = "purego,noasm"
"""Many packages have assembly and the same in Go: these tags choose Go."""
_LOOK_SECONDS = 0.05
_MB = 1 << 20
_TIMES = 4
"""How much more all modules of a program may have than one."""
_FIELDS = (
    "ImportPath,Dir,Name,Standard,Module,GoFiles,SFiles,EmbedFiles,IgnoredGoFiles,Error,DepsErrors"
)
_ENVIRONMENT = ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")
_MODULE = "playground.invalid/program"


class Unfetchable(UserError):
    """What is required cannot be had; the text says what and why. `module` may be named."""

    def __init__(self, text: str, module: str = "") -> None:
        super().__init__(text)
        self.module = module


class ProxyAway(JudgeFault):
    """The module proxy, or the checksum database, does not answer as it should."""


class Stopped(Exception):
    """Whoever wanted it wants it no longer."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a program asks for."""

    requires: Mapping[str, str]
    """Modules to versions."""
    imports: Sequence[str]
    """Packages of others."""
    go: str
    """Language version of the program."""
    sums: Sums = field(default_factory=dict)
    """Of its own go.sum."""
    whole: bool = False
    """All packages of the modules, to look into, beside what is imported."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What it came to: all packages that it needs, and what should be said."""

    packages: tuple[Package, ...]
    missing: Mapping[str, tuple[str, str]]
    """Imports that no required module provides, to the module and version that does."""
    retracted: Mapping[str, str]
    """Required modules to why their author took the version back."""


class Fetcher:
    """Fetches through the proxy at `proxy`.

    `fetching` is called where something may have to be fetched, `waiting` every now and
    then until it is there; it may raise Stopped.
    """

    def __init__(self, proxy: str, sumdb: str, store: Store, bounds: Bounds) -> None:
        self._proxy = proxy
        self._sumdb = sumdb
        self._store = store
        self._bounds = bounds
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def resolve(
        self, wanted: Wanted, waiting: Callable[[], None], fetching: Callable[[], None]
    ) -> Resolved:
        """What `wanted` comes to.

        :raises Unfetchable: it cannot be had, for a reason of the program's.
        :raises ProxyAway: the proxy cannot say.
        """
        with self._found(wanted, waiting, fetching) as found:
            packages = sources.read(self._store.cache, found)
        return Resolved(packages, found.missing, found.retracted)

    def look(
        self, wanted: Wanted, waiting: Callable[[], None], fetching: Callable[[], None]
    ) -> list[tuple[Place, dict[str, Path | None]]]:
        """Packages and where their files are, for who writes a program.

        Where `wanted` is `whole` those of all required modules, imported or not, as far as
        there is room. Raises as `resolve` does.
        """
        with self._found(wanted, waiting, fetching) as found:
            return list(sources.shown(self._store.cache, found))

    @contextmanager
    def _found(
        self, wanted: Wanted, waiting: Callable[[], None], fetching: Callable[[], None]
    ) -> Iterator[Found]:
        """Where the files are; nothing is thrown away until the end of it."""
        digest = self._digest(wanted)
        downloaded = 0
        with self._store.used():
            found = self._kept(digest)
            if found is None:
                fetching()
                found, downloaded = self._fetch(wanted, waiting)
                self._store.keep(digest, found.to_json())
            _compare(wanted.sums, found.sums)
            for module, version in found.modules():
                self._store.touch(module, version)
            yield found
        if downloaded:
            self._store.prune()

    def _kept(self, digest: str) -> Found | None:
        kept = self._store.answer(digest)
        found = Found.from_json(kept) if kept else None
        return found if found and sources.all_there(self._store.cache, found) else None

    def _digest(self, wanted: Wanted) -> str:
        said = [
            (rootfs.toolchain() / "VERSION").read_text(), self._proxy, self._sumdb, TAGS, wanted.go,
            sorted(wanted.requires.items()), sorted(wanted.imports), wanted.whole,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    def _fetch(self, wanted: Wanted, waiting: Callable[[], None]) -> tuple[Found, int]:
        while not self._places.acquire(timeout=_LOOK_SECONDS):
            waiting()
        try:
            with (
                Relay(self._proxy, self._bounds) as relay,
                tempfile.TemporaryDirectory(prefix="judge-modules-") as folder,
            ):
                run = _Run(Path(folder), relay, self._store, self._sumdb, waiting)
                return run.resolve(wanted), relay.downloaded
        finally:
            self._places.release()


class _Run:
    """One fetch in a folder of its own."""

    def __init__(
        self,
        folder: Path,
        relay: Relay,
        store: Store,
        sumdb: str,
        waiting: Callable[[], None],
    ) -> None:
        self._folder = folder
        self._relay = relay
        self._store = store
        self._trusts_first = sumdb == "off"
        self._waiting = waiting
        self._until = time.monotonic() + relay.bounds.seconds
        kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        self._environment = kept | {
            "HOME": str(folder),
            "PATH": "",
            "GOROOT": str(rootfs.toolchain()),
            "GOENV": "off",
            "GOPROXY": relay.address,
            "GOSUMDB": sumdb,
            "GOMODCACHE": str(store.cache),
            "GOCACHE": str(store.build),
            "GOPATH": str(folder / "path"),
            "GOTMPDIR": str(folder),
            "GOFLAGS": "-mod=mod -modcacherw",
            "GOTOOLCHAIN": "local",
            "GOTELEMETRY": "off",
            "GOVCS": "*:off",
            "GOWORK": "off",
            "GOOS": "linux",
            "CGO_ENABLED": "0",
        }

    def resolve(self, wanted: Wanted) -> Found:
        self._write("go.mod", _go_mod(wanted))
        self._write("imports.go", _imports(wanted))
        if self._trusts_first:
            self._write("go.sum", write_sums(self._store.first_seen()))
        all_of_them = [f"{module}/..." for module in wanted.requires] if wanted.whole else ()
        code, out, said = self._go(
            "list", "-e", "-deps", "-tags", TAGS, f"-json={_FIELDS}", ".", *all_of_them
        )
        self._judge(code, said, wanted)
        listed = list(_objects(out))
        if wanted.whole:
            self._unknown(wanted)
            found = sources.to_look_into(listed, self._store.cache)
        else:
            self._explain(listed, wanted)
            found = sources.of_list(listed, self._store.cache, wanted.imports, wanted.requires)
        sums = read_sums(self._read("go.sum"))
        if self._trusts_first:
            self._store.see(sums)
        return found.with_notes(sums, self._retracted(wanted))

    def _retracted(self, wanted: Wanted) -> dict[str, str]:
        """Why authors took versions back; nothing where it cannot be learnt."""
        asked = [f"{module}@{version}" for module, version in wanted.requires.items()]
        if not asked:
            return {}
        _, out, _ = self._go("list", "-m", "-e", "-retracted", "-json=Path,Retracted", *asked)
        return {
            one["Path"]: "; ".join(one["Retracted"]) or "no reason is given"
            for one in _objects(out)
            if one.get("Retracted")
        }

    def _judge(self, code: int, said: str, wanted: Wanted) -> None:
        """Tell what went wrong as a whole: first what the relay knows, then the command's words."""
        if "checksum mismatch" in said or "SECURITY ERROR" in said:
            raise ProxyAway(
                "a module is not what its checksum says: the module proxy may not be trusted. "
                f"{_words(said, 'verifying')}"
            )
        if self._relay.too_large:
            raise Unfetchable(self._relay.too_large[0])
        if self._relay.away:
            raise ProxyAway(f"the module proxy cannot be asked now: {self._relay.away[0]}")
        if "verifying" in said and ("sum.golang.org" in said or "/sumdb/" in said):
            raise ProxyAway(
                f"the checksum database cannot be asked now: {_words(said, 'verifying')}"
            )
        if code:
            self._unknown(wanted)
            raise Unfetchable(_words(said, ""))

    def _unknown(self, wanted: Wanted) -> None:
        for module, version in wanted.requires.items():
            if (escape(module), escape(version)) not in self._relay.missing:
                continue
            if self._relay.has_module(escape(module)):
                raise Unfetchable(f"there is no version {version} of {module}", module)
            raise Unfetchable(f"the module proxy knows no module {module}", module)

    def _explain(self, listed: Sequence[Mapping[str, Any]], wanted: Wanted) -> None:
        """Raise what is wrong with single packages."""
        for one in listed:
            if one.get("Standard") or one["ImportPath"] == _MODULE:
                continue
            sources.refuse_other_languages(one)
            if one.get("Error"):
                self._unknown(wanted)
                raise Unfetchable(_of_package(_plain(one["Error"]["Err"], self._relay.address)))

    def _go(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, stdout and stderr of the go command.

        :raises Unfetchable: it took too long.
        """
        command = [str(rootfs.toolchain() / "bin" / "go"), *arguments]
        with (
            (self._folder / "out").open("w+") as out,
            (self._folder / "err").open("w+") as err,
            subprocess.Popen(
                command, cwd=self._folder, env=self._environment, stdout=out, stderr=err
            ) as process,
        ):
            try:
                while process.poll() is None:
                    self._waiting()
                    if time.monotonic() > self._until:
                        raise Unfetchable("fetching the modules takes too long; try again")
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(_LOOK_SECONDS)
            finally:
                process.kill()
            out.seek(0)
            err.seek(0)
            return process.returncode, out.read(), _plain(err.read(), self._relay.address)

    def _write(self, name: str, text: str) -> None:
        (self._folder / name).write_text(text)

    def _read(self, name: str) -> str:
        path = self._folder / name
        return path.read_text() if path.exists() else ""


def of_settings(settings: Settings) -> Fetcher | None:
    """One as the operator wants it; None where no proxy is named."""
    if not settings.module_proxy:
        return None
    most = settings.module_max_mb * _MB
    return Fetcher(
        settings.module_proxy,
        settings.module_sumdb,
        Store(Path(settings.module_dir), settings.module_cache_mb * _MB),
        Bounds(most, _TIMES * most, settings.module_wait),
    )


def _go_mod(wanted: Wanted) -> str:
    lines = [f"module {_MODULE}", f"go {wanted.go}"]
    lines += [f"require {module} {version}" for module, version in wanted.requires.items()]
    return "\n".join(lines) + "\n"


def _imports(wanted: Wanted) -> str:
    lines = "".join(f"\t_ {json.dumps(path)}\n" for path in wanted.imports)
    return f"package program\n\nimport (\n{lines})\n"


def _compare(own: Sums, fetched: Sums) -> None:
    for (module, version), value in fetched.items():
        said = own.get((module, version), value)
        if said != value:
            raise Unfetchable(
                f"go.sum says {said} for {module} {version}, and {value} was fetched: "
                "delete the line, or find out where it comes from",
                module,
            )


def _objects(text: str) -> Iterator[dict[str, Any]]:
    decoder, at = json.JSONDecoder(), 0
    while at < len(text.rstrip()):
        found, at = decoder.raw_decode(text, at)
        at += len(text[at:]) - len(text[at:].lstrip())
        yield found


def _plain(text: str, address: str) -> str:
    """Without our own address in it."""
    return text.replace(address + "/", "").replace(address, "the module proxy")


def _of_package(said: str) -> str:
    """Without the way on which it was not found."""
    return re.sub(r"^(cannot find module providing package \S+): .*", r"\1", said, flags=re.DOTALL)


def _words(said: str, having: str) -> str:
    """The command's last words, on one line."""
    lines = [line.strip() for line in said.splitlines()]
    lines = [line for line in lines if line and not line.startswith("go: downloading")]
    lines = [line for line in lines if having in line] or lines
    return re.sub(r"^go: ", "", " ".join(lines[:4]))[:500] or "it cannot be had"
