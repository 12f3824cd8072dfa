"""What the sandbox is asked to do. Plain data, fixed once made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Files = Mapping[str, bytes]
"""Path below the package's folder ("leap.go", "testdata/a.txt") to content."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Ceilings for one build and for the run (unit) or for each run (io, program)."""

    build_seconds: float = 10
    build_memory_mb: int = 1024
    cpu_seconds: float = 5
    wall_seconds: float = 15
    memory_mb: int = 256
    output_kb: int = 64
    cpus: float = 2
    """CPUs' worth of time that the run may use at once; two are visible in any case."""


@dataclass(frozen=True, slots=True)
class Imports:
    """A problem's exceptions to the gate's default lists (import paths)."""

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One run of an io job: what the program reads. `answer` never gets here."""

    name: str
    stdin: bytes


@dataclass(frozen=True, slots=True)
class Dependency:
    """A package of somebody else's module, as sources in Go. `files` are below its folder."""

    path: str
    """Its import path."""
    go: str
    """Language version of its module, "1.26"."""
    files: Files


@dataclass(frozen=True, slots=True)
class UnitJob:
    """Build a package with its tests and run them.

    `solution` is untrusted and goes through the gate. `support`, `tests` and
    `hidden` are the pack's. Of these the run sees `support` and data files of
    `tests` and `hidden` (anything but ``*.go`` tests), never the tests' source.
    """

    module: str
    solution: Files
    support: Files
    tests: Files
    hidden: Files
    limits: Limits
    imports: Imports = Imports()
    go: str | None = None
    """Language version, "1.26"; None: the toolchain's."""
    vet: bool = True
    reference: Files | None = None
    """A solution known to be right, for tests in a process of their own. Go's are built
    against a stand-in with the reference's API and call the solution's over a pipe; in other
    languages they are run with the reference once, to record what they may ask."""
    may_share: bool = False
    """Go tests that cannot be isolated run in the submission's process, by stricter rules.
    Reference and tests alone decide it, nothing of `solution`."""
    named: tuple[str, ...] = ()
    """Files that the problem asks for. Others in `solution` are the submission's own."""
    shared: bool = False
    """Languages other than Go: tests run in the submission's process, and can be forged."""
    package: str | None = None
    """The folder of the package that is tested, "" for the module's root: then `solution` and
    `tests` have folders, and are all of a module. None: one package, without folders."""
    dependencies: tuple[Dependency, ...] = ()
    """Packages of others that a module, with `package`, may import."""
    env: Mapping[str, str] = field(default_factory=dict)
    """Variables of the run, never of the build."""
    own_tests: bool = False
    """Whoever wrote `solution` wrote `tests` too: both go through the gate, as a program
    does, and nobody is to be kept from forging results of his own."""
    declared: tuple[str, ...] = ()
    """Top-level tests of `tests`, where the language is not Go, whose tests the runner reads."""
    declared_hidden: tuple[str, ...] = ()
    """The same of `hidden`."""


@dataclass(frozen=True, slots=True)
class IoJob:
    """Build a program and run it once for each case, in order."""

    module: str
    solution: Files
    support: Files
    cases: tuple[Case, ...]
    limits: Limits
    imports: Imports = Imports()
    go: str | None = None
    vet: bool = True
    stop_after_failures: int | None = None


@dataclass(frozen=True, slots=True)
class ProgramJob:
    """Build a program and run it once; the playground's and a checker's job.

    The gate admits what it admits for stdin/stdout problems unless `trusted`
    (the program is the pack's own checker). `files` are put into its working
    folder before it starts. With `interactive` its output is streamed as
    events and its input comes from the session, not from `stdin`.
    """

    source: Files
    stdin: bytes = b""
    files: Files = field(default_factory=dict)
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    """Variables of the run, never of the build."""
    limits: Limits = Limits()
    module: str = "main"
    go: str | None = None
    trusted: bool = False
    interactive: bool = False
    vet: bool = False
    tests: Files = field(default_factory=dict)
    """With tests the program is what `go test -c` makes of them, to run their benchmarks;
    `args` are its flags. `source` is the package then, and nothing is graded."""
    package: str | None = None
    """As of a `UnitJob`; the package is the one that is run."""
    dependencies: tuple[Dependency, ...] = ()
    fuzz: str = ""
    """The fuzz target of `tests` that is fuzzed for so many seconds; `args` mean nothing then."""
    fuzz_seconds: float = 0


@dataclass(frozen=True, slots=True)
class FormatJob:
    """Shape Go sources as gofmt does: each that can be read is the stdout of a run."""

    source: Files
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class CheckJob:
    """Hear what compiler and vet say of a package of a module and its tests; nothing runs.

    Fields as of a `ProgramJob`. Each file that gofmt would write otherwise is the stdout
    of a run.
    """

    source: Files
    files: Files = field(default_factory=dict)
    tests: Files = field(default_factory=dict)
    limits: Limits = Limits()
    module: str = "main"
    go: str | None = None
    package: str = ""
    dependencies: tuple[Dependency, ...] = ()


DEBUG_SECONDS = 3600.0
"""How long a program may be debugged in all, stopped or not."""


@dataclass(frozen=True, slots=True)
class DebugJob:
    """Build a program for a debugger, not optimised and with symbols, and run it under Delve.

    Fields as of an interactive `ProgramJob`; with `tests` it is what `go test -c` makes.
    The program is held until Delve is told to attach to it, and its wall clock rests whenever
    it is stopped. Only in sandboxes of `judge.debugger`.
    """

    source: Files
    files: Files = field(default_factory=dict)
    tests: Files = field(default_factory=dict)
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = Limits()
    module: str = "main"
    go: str | None = None
    package: str | None = None
    dependencies: tuple[Dependency, ...] = ()


Job = UnitJob | IoJob | ProgramJob | FormatJob | CheckJob | DebugJob
JobKind = Literal["unit", "io", "program", "format", "check", "debug"]
