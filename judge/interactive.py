"""Running a program while somebody watches and types: what page and worker tell each other.

Theory of operation. A run has an id and two lists in Redis. The web process puts the
request on RQ's queue and then only moves messages: what the page says goes onto the
list `in`, what the worker says comes from the list `out`. Lists, not channels, so
that nothing said before the other side listens is lost. Both expire. The worker says
something at least every `BEAT_SECONDS`; a web process that hears nothing for
`LOST_SECONDS` tells the page that the run is lost.

From the page: ``{"type": "stdin", "data"}``, ``eof``, ``{"type": "signal", "name"}``,
``stop``, and to a debugger ``{"type": "dap", "seq", "command", "arguments"}``. To the page:
``queued``, ``{"type": "preparing", "step", "percent"}``, ``fetching`` (modules of others),
``building``, ``running``, ``{"type": "output", "stream", "data"}``, ``{"type": "test", "test"}``,
``{"type": "fuzz", …}`` (`judge.worker.fuzzing`),
``{"type": "dap", "message"}``, and last ``{"type": "end", …}``, which holds what
`judge.worker.interactive` made of the facts.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from redis import Redis

from judge import gomod, projects
from judge.errors import JudgeFault, UserError
from judge.sandbox import languages

KINDS = ("run", "test", "bench", "fuzz", "format", "check", "debug", "import")
MAX_ADDRESS_CHARACTERS = 300
MAX_BENCH_SECONDS = 2.0
BENCH_SECONDS = 0.2
"""How long a benchmark is measured, roughly: at most, and where nobody says."""
MAX_FUZZ_SECONDS = 10.0
FUZZ_SECONDS = 5.0
"""How long a target is fuzzed: at most, and where nobody says."""
BENCH_TIMES = 4
"""How much more than other programs benchmarks, and what is fuzzed, may compute."""
MAX_ARGUMENTS = 32
MAX_ARGUMENT_BYTES = 4096
MAX_VARIABLES = 32
MAX_MESSAGE_BYTES = 2 * 1024 * 1024
"""The longest message of a page: all files with every character escaped, or much input."""
SIGNALS = ("SIGINT", "SIGTERM", "SIGQUIT")

QUEUE_SECONDS = 60
"""How long a program may wait for a place; then we are too busy."""
BEAT_SECONDS = 2.0
LOST_SECONDS = 15.0
KEPT_SECONDS = 300
"""How long lists are kept that nobody reads any more."""


_TEST = re.compile(r"(?:Test|Example|Fuzz)\w{0,200}\Z")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}\Z", re.ASCII)


class BadRequest(UserError):
    """A message that cannot be taken; the text says why."""


class TooMany(UserError):
    """Whoever asks has as many programs running as one may have."""


class Lost(JudgeFault):
    """The worker that had the run is gone."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be run: a program, its tests, their benchmarks, or one fuzz target.

    Or what is to be formatted, or checked without running it; or which repository's files are
    to be fetched, those of a folder or all.
    """

    kind: Literal["run", "test", "bench", "fuzz", "format", "check", "debug", "import"]
    files: dict[str, str]
    args: tuple[str, ...] = ()
    language: str = "go"
    env: dict[str, str] = field(default_factory=dict)
    packages: tuple[str, ...] = ("",)
    """Folders: of the program that is run, or of those packages whose tests are."""
    seconds: float = BENCH_SECONDS
    """Of each benchmark, or how long the target is fuzzed."""
    test: str = ""
    """The test that is debugged, "" for the program, or the target that is fuzzed."""
    fresh: bool = False
    """Whether an outcome that is known already will not do (`judge.outcomes`)."""
    address: str = ""
    folder: str = ""

    @property
    def cost(self) -> int:
        """As how many programs it counts: of as many it may take the time."""
        if self.kind in ("bench", "fuzz"):
            return BENCH_TIMES * len(self.packages)
        return len(self.packages)


def check(message: Mapping[str, Any], *, modules: bool = False) -> Request:
    """A page's ``{"type": "run" | "test", "files", "args", "env", "package"}`` as a request.

    "bench" takes "seconds" too, those of each benchmark; "run" takes "fresh"; "debug" takes
    "test", the test that is debugged instead of a program, of the package that must be named
    then; "fuzz" takes "seconds" and "test", the target. `modules` says whether modules of others
    can be had.

    :raises UserError: it is none; the text names what is wrong.
    """
    kind = message.get("type")
    if kind not in KINDS:
        raise BadRequest(f"the first message must be of type {' or '.join(KINDS)}")
    if kind == "import":
        return _import(message)
    language = message.get("language", "go")
    files = projects.check(message.get("files"), language)
    args = _arguments(message.get("args", []))
    env = _variables(message.get("env", {}))
    fresh = message.get("fresh") is True
    if language != "go":
        _check_script(str(kind), files, str(language))
        return Request(kind, files, args, str(language), env, fresh=fresh)
    if kind == "format":
        return Request(kind, {name: text for name, text in files.items() if projects.is_code(name)})
    module = projects.module(files)
    if not modules:
        gomod.refuse_requires(module)
    if not any(projects.is_code(name) for name in files):
        raise BadRequest("there is no Go file: add one such as main.go")
    if kind == "fuzz":
        return _fuzzed(files, message, env)
    if kind == "debug" and message.get("test"):
        return _debugged_test(files, message, env)
    choose = _CHOICES[kind]
    packages = choose(files, message.get("package"))
    seconds = _seconds("a benchmark", message.get("seconds", BENCH_SECONDS), MAX_BENCH_SECONDS)
    return Request(kind, files, args, env=env, packages=packages, seconds=seconds, fresh=fresh)


_GO_ALONE = {
    "debug": "the debugger is",
    "bench": "benchmarks are",
    "fuzz": "fuzzing is",
    "format": "formatting is",
    "check": "checking is",
}


def _check_script(kind: str, files: dict[str, str], language: str) -> None:
    found = languages.get(language)
    if kind in _GO_ALONE:
        raise BadRequest(f"{_GO_ALONE[kind]} for Go, not for {found.title}")
    if kind == "test" and not projects.tests_of(files, language):
        raise BadRequest(f"there is no test file: name one {found.test_example}")
    if not any(name.endswith(found.extensions) for name in files):
        raise BadRequest(f"there is no {found.title} file: add one such as {found.main}")


def _import(message: Mapping[str, Any]) -> Request:
    address, folder = message.get("address"), message.get("folder", "")
    for name, said in (("address", address), ("folder", folder)):
        if not isinstance(said, str) or len(said) > MAX_ADDRESS_CHARACTERS:
            raise BadRequest(
                f"{name} must be a text of {MAX_ADDRESS_CHARACTERS} characters at most"
            )
    return Request("import", {}, address=str(address).strip(), folder=str(folder).strip("/"))


def _program(files: dict[str, str], wanted: object) -> tuple[str, ...]:
    """The folder of the program that is run: the one that is wanted, or the only one."""
    found = projects.programs(files)
    if wanted is not None:
        if wanted not in found:
            raise BadRequest(f"there is no package main in {_shown(wanted)}")
        return (str(wanted),)
    if len(found) > 1 and "" not in found:
        raise BadRequest(f"there are several programs: choose one of {', '.join(found)}")
    if found:
        return ("",) if "" in found else (found[0],)
    if all(projects.is_test(name) for name in files if projects.is_code(name)):
        raise BadRequest("there are only tests; add a file with the code that they test")
    # Its own folder, where the compiler says that there is no package main.
    return (min(projects.folder(name) for name in files if projects.is_code(name)),)


def _tested(files: dict[str, str], wanted: object) -> tuple[str, ...]:
    """The folders whose tests are run: the one that is wanted, or all."""
    found = projects.tested(files)
    if not found:
        raise BadRequest("there is no test file: name one something_test.go")
    if wanted is not None and wanted not in found:
        raise BadRequest(f"there are no tests in {_shown(wanted)}")
    return tuple(found) if wanted is None else (str(wanted),)


def _benchmarked(files: dict[str, str], wanted: object) -> tuple[str, ...]:
    """The folders whose benchmarks are run: the one that is wanted, or all."""
    found = projects.benchmarked(files)
    if not found:
        raise BadRequest(
            "there is no benchmark: write func BenchmarkName(b *testing.B) in a file of tests"
        )
    if wanted is not None and wanted not in found:
        raise BadRequest(f"there are no benchmarks in {_shown(wanted)}")
    return tuple(found) if wanted is None else (str(wanted),)


def _checked(files: dict[str, str], wanted: object) -> tuple[str, ...]:
    """The folder of the package that is checked."""
    folder = "" if wanted is None else wanted
    if not any(projects.is_code(name) and projects.folder(name) == folder for name in files):
        raise BadRequest(f"there is no Go file in {_shown(folder)}")
    return (str(folder),)


_CHOICES: Mapping[str, Callable[[dict[str, str], object], tuple[str, ...]]] = {
    "run": _program,
    "debug": _program,
    "test": _tested,
    "bench": _benchmarked,
    "check": _checked,
}


def _debugged_test(
    files: dict[str, str], message: Mapping[str, Any], env: dict[str, str]
) -> Request:
    """One test of one package."""
    test, package = message.get("test"), message.get("package", "")
    if not isinstance(test, str) or not _TEST.match(test):
        raise BadRequest(f"{_shown(test)} is not the name of a test")
    packages = _tested(files, package)
    declared = re.compile(rf"^func {test}\(", re.MULTILINE)
    if not any(projects.is_test(name) and declared.search(text) for name, text in files.items()):
        raise BadRequest(f"there is no {test} in the files of tests")
    return Request("debug", files, env=env, packages=packages, test=test)


def _fuzzed(files: dict[str, str], message: Mapping[str, Any], env: dict[str, str]) -> Request:
    """One target of one package: the one that is wanted, or the only one."""
    folder, test = message.get("package"), message.get("test")
    found = projects.fuzz_targets(files)
    if not found:
        raise BadRequest(
            "there is no fuzz target: write func FuzzName(f *testing.F) in a file of tests"
        )
    fits = [one for one in found if folder in (None, one[0]) and test in (None, one[1])]
    if not fits:
        wanted = "fuzz target" if test is None else _shown(test)
        raise BadRequest(f"there is no {wanted} in {_shown(folder or '')}")
    if len(fits) > 1:
        names = ", ".join(f"{where}/{name}".lstrip("/") for where, name in fits)
        raise BadRequest(f"there are several fuzz targets: choose one of {names}")
    seconds = _seconds("fuzzing", message.get("seconds", FUZZ_SECONDS), MAX_FUZZ_SECONDS)
    package, target = fits[0]
    return Request("fuzz", files, env=env, packages=(package,), seconds=seconds, test=target)


def _seconds(of: str, found: object, most: float) -> float:
    if not isinstance(found, int | float) or not 0.01 <= found <= most:
        raise BadRequest(f"seconds of {of} are 0.01 to {most:g}")
    return float(found)


def from_json(text: str) -> Request:
    """The request that `to_json` wrote."""
    read = json.loads(text)
    for name in ("args", "packages"):
        read[name] = tuple(read[name])
    return Request(**read)


def to_json(request: Request) -> str:
    """As an argument of an RQ job."""
    return json.dumps(asdict(request))


def check_input(message: Mapping[str, Any]) -> None:
    """Hold what a page says to a running program against the list above.

    :raises BadRequest: it is nothing of that.
    """
    kind = message.get("type")
    if kind == "stdin" and isinstance(message.get("data"), str):
        return
    if kind == "signal" and message.get("name") in SIGNALS:
        return
    if kind == "dap" and isinstance(message.get("command"), str):
        return  # what a debugger takes of it `judge.debugger.dialogue` decides
    if kind not in ("eof", "stop"):
        raise BadRequest("a running program takes stdin, eof, signal, dap and stop")


def in_key(run_id: str) -> str:
    """The list of what the page says."""
    return f"judge:interactive:{run_id}:in"


def out_key(run_id: str) -> str:
    """The list of what the worker says."""
    return f"judge:interactive:{run_id}:out"


def say(client: Redis, key: str, *messages: Mapping[str, Any]) -> None:
    """Put messages onto one of the two lists.

    :raises RedisError: it is away.
    """
    with client.pipeline(transaction=False) as pipeline:
        pipeline.rpush(key, *(json.dumps(message) for message in messages))
        pipeline.expire(key, KEPT_SECONDS)
        pipeline.execute()


def read(data: bytes | str) -> dict[str, Any]:
    """A message from one of the two lists."""
    message: dict[str, Any] = json.loads(data)
    return message


def enter(client: Redis, who: str, run_id: str, most: int, seconds: float) -> None:
    """Count a run of `who`; `leave` takes it back, and so does time after `seconds`.

    :raises TooMany: there are `most` already.
    :raises RedisError: it is away.
    """
    key, now = _running_key(who), time.time()
    with client.pipeline() as pipeline:
        pipeline.zremrangebyscore(key, "-inf", now)
        pipeline.zadd(key, {run_id: now + seconds})
        pipeline.zrank(key, run_id)
        pipeline.zcard(key)
        pipeline.expire(key, int(seconds) + 1)
        count = pipeline.execute()[3]
    if count > most:
        leave(client, who, run_id)
        programs = "program" if most == 1 else "programs"
        raise TooMany(f"you have {most} {programs} running already; stop one of them first")


def leave(client: Redis, who: str, run_id: str) -> None:
    """Count it no longer.

    :raises RedisError: it is away.
    """
    client.zrem(_running_key(who), run_id)


def _running_key(who: str) -> str:
    return f"judge:interactive:of:{who}"


def _arguments(found: object) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise BadRequest("args must be a list of texts")
    if len(found) > MAX_ARGUMENTS:
        raise BadRequest(f"there are {len(found)} arguments; at most {MAX_ARGUMENTS} are taken")
    for argument in found:
        if _bytes("an argument", argument) > MAX_ARGUMENT_BYTES or "\0" in argument:
            raise BadRequest(f"an argument may have {MAX_ARGUMENT_BYTES} bytes and no NUL byte")
    return tuple(found)


def _variables(found: object) -> dict[str, str]:
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise BadRequest("env must be an object of names and texts")
    if len(found) > MAX_VARIABLES:
        raise BadRequest(f"there are {len(found)} variables; at most {MAX_VARIABLES} are taken")
    for name, value in found.items():
        if not _VARIABLE.match(name):
            raise BadRequest(
                f"{_shown(name)} cannot be a variable's name: letters, digits and _, "
                "and no digit at the start"
            )
        if _bytes(name, value) > MAX_ARGUMENT_BYTES or "\0" in value:
            raise BadRequest(f"{name} may have {MAX_ARGUMENT_BYTES} bytes and no NUL byte")
    return found


def _bytes(name: str, text: str) -> int:
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        raise BadRequest(f"{name} is not valid Unicode text") from None


def _shown(name: object) -> str:
    text = repr(name)
    return text if len(text) <= 40 else text[:40] + "…"
