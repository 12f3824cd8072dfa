"""The messages between worker and runner: what goes in comes out, and nothing else gets in."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.errors import SandboxBroken
from judge.sandbox import protocol
from judge.sandbox.facts import BuildFacts, Diagnostic, Event, Facts, RunFacts
from judge.sandbox.facts import TestFacts as FactsOfTest
from judge.sandbox.job import Case, Imports, IoJob, Limits, ProgramJob, UnitJob
from judge.sandbox.protocol import Frames, Hello, Outcome, Told, decode

names = st.text(max_size=20)
seconds = st.floats(min_value=0, max_value=1e6, allow_nan=False)
counts = st.integers(min_value=0, max_value=2**53)
limits = st.sampled_from(["cpu", "wall", "memory", "output", "processes", "disk"]) | st.none()
statuses = st.sampled_from(["pass", "fail", "error", "skip"])
diagnostics = st.builds(Diagnostic, file=names, line=counts, column=counts, message=names)
phases = st.lists(st.tuples(names, seconds), max_size=3).map(tuple)
builds = st.builds(
    BuildFacts,
    ok=st.booleans(),
    seconds=seconds,
    diagnostics=st.lists(diagnostics, max_size=3).map(tuple),
    limit=limits,
    culprit=st.sampled_from(["solution", "tests"]),
    phases=phases,
)
tests = st.builds(
    FactsOfTest, name=names, status=statuses, seconds=seconds, message=names, output=names
)
runs = st.builds(
    RunFacts,
    name=names,
    exit_code=st.none() | st.integers(0, 255),
    signal=st.sampled_from([None, "SIGKILL", "SIGSYS"]),
    cpu_seconds=seconds,
    wall_seconds=seconds,
    memory_bytes=counts,
    stdout=st.binary(max_size=40),
    stderr=st.binary(max_size=40),
    output_bytes=counts,
    limit=limits,
    violation=st.sampled_from([None, "fork"]),
    complete=st.booleans(),
)
facts = st.builds(
    Facts,
    toolchain=names,
    sandbox=st.just("docker"),
    rejected=st.lists(diagnostics, max_size=2).map(tuple),
    build=st.none() | builds,
    declared=st.lists(names, max_size=3).map(tuple),
    hidden=st.frozensets(names, max_size=3),
    tests=st.lists(tests, max_size=3).map(tuple),
    runs=st.lists(runs, max_size=2).map(tuple),
    warnings=st.lists(diagnostics, max_size=2).map(tuple),
)


def as_runner_says(value: Any) -> Any:
    """`value` as the runner would write it."""
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, dict):
        return {key: as_runner_says(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, list | tuple):
        return [as_runner_says(item) for item in value]
    return value


def facts_message(value: Facts, replace: str = "") -> dict[str, Any]:
    body = as_runner_says(asdict(value))
    if body["build"]:
        body["build"]["phases"] = [
            {"name": name, "seconds": took} for name, took in body["build"]["phases"]
        ]
    return {"type": "facts", "id": 7, "facts": body, "replace": replace}


def payload(frame: bytes) -> dict[str, Any]:
    assert int.from_bytes(frame[:4], "big") == len(frame) - 4
    message = json.loads(frame[4:])
    assert isinstance(message, dict)
    return message


@given(facts, st.text(max_size=10))
def test_facts_survive_the_way(value: Facts, replace: str) -> None:
    frame = json.dumps(facts_message(value, replace)).encode()
    assert decode(frame, "docker") == Outcome(7, value, replace)


@given(st.binary(max_size=200))
def test_whatever_comes_is_a_message_or_a_broken_sandbox(frame: bytes) -> None:
    with suppress(SandboxBroken):
        decode(frame, "docker")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=5,
)


def paths(value: Any, prefix: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield prefix
    items: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    if isinstance(value, list):
        items = list(enumerate(value))
    for key, item in items:
        yield from paths(item, (*prefix, key))


@given(facts, json_values, st.data())
def test_a_value_in_the_wrong_place_is_told_or_harmless(
    value: Facts, wrong: Any, data: st.DataObject
) -> None:
    message: Any = facts_message(value)
    *way, last = data.draw(st.sampled_from([path for path in paths(message) if path]))
    target = message
    for step in way:
        target = target[step]
    target[last] = wrong
    with suppress(SandboxBroken):
        decode(json.dumps(message).encode(), "docker")


@given(st.lists(st.binary(max_size=50), max_size=5), st.integers(min_value=1, max_value=60))
def test_frames_come_out_whole_however_they_are_cut(bodies: list[bytes], step: int) -> None:
    stream = b"".join(len(body).to_bytes(4, "big") + body for body in bodies)
    reader = Frames()
    got = [
        frame
        for start in range(0, len(stream), step)
        for frame in reader.feed(stream[start : start + step])
    ]
    assert got == bodies
    assert not reader.partial


def test_a_frame_that_is_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(SandboxBroken, match="4294967295"):
        list(Frames().feed(b"\xff\xff\xff\xff"))


def test_half_a_frame_is_partial() -> None:
    reader = Frames()
    assert list(reader.feed(b"\0\0\0\5he")) == []
    assert reader.partial


@given(
    st.dictionaries(names, st.binary(max_size=30), max_size=3),
    st.binary(max_size=30),
)
def test_a_unit_job_carries_every_field(files: dict[str, bytes], test: bytes) -> None:
    job = UnitJob(
        module="leap",
        solution=files,
        support={},
        tests={"leap_test.go": test},
        hidden={},
        limits=Limits(cpu_seconds=2),
        imports=Imports(allow=("os",)),
    )
    message = payload(protocol.encode_job(job, 3))
    assert (message["type"], message["id"], message["kind"]) == ("job", 3, "unit")
    assert message["solution"] == {k: b64encode(v).decode() for k, v in files.items()}
    assert message["tests"] == {"leap_test.go": b64encode(test).decode()}
    assert message["limits"] == asdict(Limits(cpu_seconds=2))
    assert message["imports"] == {"allow": ["os"], "deny": []}
    assert message["go"] is None and message["vet"] is True


def test_io_and_program_jobs_say_what_they_are() -> None:
    case = Case("one", b"1 2\n")
    io_job = IoJob("sum", {"main.go": b"x"}, {}, (case,), Limits(), stop_after_failures=1)
    message = payload(protocol.encode_job(io_job, 1))
    assert message["kind"] == "io"
    assert message["cases"] == [{"name": "one", "stdin": b64encode(b"1 2\n").decode()}]
    assert message["stop_after_failures"] == 1
    program = payload(protocol.encode_job(ProgramJob({"main.go": b"x"}, args=("-v",)), 2))
    assert (program["kind"], program["args"]) == ("program", ["-v"])
    assert program["interactive"] is False


def test_stdin_is_cut_and_arrives_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "MAX_INPUT_BYTES", 3)
    frames = [payload(frame)["data"] for frame in protocol.encode_stdin(1, b"abcdefgh")]
    assert frames == [b64encode(part).decode() for part in (b"abc", b"def", b"gh")]


def test_a_job_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "MAX_JOB_BYTES", 100)
    with pytest.raises(ValueError, match="over the 100 allowed"):
        protocol.encode_job(ProgramJob({"main.go": b"x" * 200}), 1)


def test_control_messages() -> None:
    assert payload(protocol.encode_close_stdin(4)) == {"type": "close_stdin", "id": 4}
    assert payload(protocol.encode_cancel(4)) == {"type": "cancel", "id": 4}
    signal = payload(protocol.encode_signal(4, "SIGINT"))
    assert signal == {"type": "signal", "id": 4, "signal": "SIGINT"}
    with pytest.raises(ValueError, match="SIGSTOP"):
        protocol.encode_signal(4, "SIGSTOP")


def test_hello_of_our_version() -> None:
    hello = b'{"type":"hello","protocol":1,"toolchain":"go1.27.3"}'
    assert decode(hello, "local") == Hello("go1.27.3")
    with pytest.raises(SandboxBroken, match="protocol 2"):
        decode(hello.replace(b":1,", b":2,"), "local")


def test_events() -> None:
    frame = b'{"type":"event","id":2,"event":{"kind":"test","name":"TestA","status":"fail"}}'
    assert decode(frame, "docker") == Told(2, Event("test", "TestA", "fail"))
    frame = b'{"type":"event","id":2,"event":{"kind":"stdout","data":"aGk="}}'
    assert decode(frame, "docker") == Told(2, Event("stdout", data=b"hi"))


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (b"[]", "not an object"),
        (b"{}", "'type'"),
        (b'{"type":"shrug"}', "'shrug'"),
        (b'{"type":"event","id":true,"event":{"kind":"building"}}', "'id'"),
        (b'{"type":"event","id":1,"event":{"kind":"dancing"}}', "'kind'"),
        (b'{"type":"event","id":1,"event":{"kind":"stdout","data":"!"}}', "'data'"),
        (b'{"type":"fault","id":1,"error":"no space left"}', "no space left"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_what_does_not_fit_is_named(frame: bytes, says: str) -> None:
    with pytest.raises(SandboxBroken, match=says):
        decode(frame, "docker")
