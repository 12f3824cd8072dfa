"""The life of sandboxes: made ahead, used again, replaced, and none left behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import docker
import pytest

from judge.errors import SandboxBroken, SandboxUnavailable
from judge.sandbox.docker import OWNER, ROLE, DockerLauncher, connect
from judge.sandbox.job import Limits, ProgramJob
from judge.sandbox.pool import Pool, choose, prepare
from judge.sandbox.rootfs import quiet
from judge.sandbox.settings import SandboxSettings, from_environment
from tests.e2e.conftest import program

SLEEP = ProgramJob(
    source=program('println("up")\ntime.Sleep(20 * time.Second)', "time"),
    interactive=True,
    limits=Limits(wall_seconds=30),
)
WHO = ProgramJob(source=program("println(os.Getppid())", "os"))


def eventually(check: Callable[[], bool], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


def owned(engine: docker.DockerClient, owner: str) -> list[str]:
    """Names of the containers of an owner, dead ones included."""
    found = engine.api.containers(all=True, filters={"label": [f"{ROLE}=sandbox"]})
    return [c["Names"][0] for c in found if c["Labels"].get(OWNER, "").startswith(owner)]


def test_one_sandbox_serves_many_jobs(settings: SandboxSettings) -> None:
    with Pool(replace(settings, reuse=3)) as pool:
        for _ in range(7):
            pool.canary()
        assert pool.counters.get("replaced_used") == 2
        assert "replaced_abnormal" not in pool.counters


def test_what_is_abnormal_is_replaced_and_the_next_job_passes(settings: SandboxSettings) -> None:
    hostile = ProgramJob(source=program("syscall.Setsid()", "syscall"), trusted=True)
    with Pool(replace(settings, spare=1)) as pool:
        assert pool.run(hostile).runs[0].violation
        eventually(lambda: pool.counters.get("replaced_abnormal") == 1)
        pool.canary()
        eventually(lambda: pool.counters["idle"] == pool.counters["total"])


def test_a_sandbox_that_vanishes_mid_job_is_our_fault(settings: SandboxSettings) -> None:
    with Pool(settings) as pool:
        session = pool.open(SLEEP)
        for event in session.events():
            if event.data:
                break
        session._runner.close()
        with pytest.raises(SandboxBroken):
            session.result()
        pool.canary()


def test_a_sandbox_that_vanishes_while_idle_is_not_given_out(settings: SandboxSettings) -> None:
    with Pool(settings) as pool:
        pool.canary()
        pool._idle[0].close()
        pool.canary()
        assert pool.counters["replaced_vanished"] == 1


def test_larger_sandboxes_are_made_on_demand(settings: SandboxSettings) -> None:
    fill = "b := make([]byte, 1500<<20)\nfor i := 0; i < len(b); i += 4096 { b[i] = 1 }"
    job = ProgramJob(source=program(fill), limits=Limits(memory_mb=1600))
    with Pool(replace(settings, max_containers=1)) as pool:
        pool.canary()
        assert pool.run(job).runs[0].exit_code == 0
        assert pool.counters["replaced_size"] == 1
        with pytest.raises(SandboxUnavailable, match="JUDGE_SANDBOX_MAX_MEMORY_MB"):
            pool.run(ProgramJob(source={}, limits=Limits(memory_mb=100_000)))


def test_no_more_than_the_most_at_a_time(settings: SandboxSettings) -> None:
    with Pool(replace(settings, max_containers=2)) as pool:
        most = 0

        def work() -> None:
            nonlocal most
            for _ in range(3):
                pool.canary()
                most = max(most, pool.counters["total"])

        threads = [threading.Thread(target=work) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert most == 2


def test_closing_ends_what_still_runs(settings: SandboxSettings) -> None:
    pool = Pool(settings)
    session = pool.open(SLEEP)
    pool.close()
    with pytest.raises(SandboxBroken):
        session.result()
    with pytest.raises(SandboxUnavailable, match="closed"):
        pool.canary()


def test_a_container_is_as_tight_as_it_is_said_to_be(engine: docker.DockerClient) -> None:
    settings = from_environment({})
    launcher = DockerLauncher(settings)
    container = launcher.start(512)
    try:
        told = engine.api.inspect_container(container.name)
        host = told["HostConfig"]
        assert host["NetworkMode"] == "none"
        assert host["ReadonlyRootfs"] is True
        assert host["Binds"] is None
        assert host["CapDrop"] == ["ALL"]
        assert sorted(host["CapAdd"]) == ["CHOWN", "DAC_OVERRIDE", "KILL", "SETGID", "SETUID"]
        assert host["Memory"] == host["MemorySwap"] == (512 + 64 + 256 + 96) << 20
        assert host["PidsLimit"] == settings.pids
        assert host["IpcMode"] == "none"
        assert "no-new-privileges:true" in (host["SecurityOpt"] or [])
        assert host["CpuQuota"] == int(min(settings.cpus, engine.info()["NCPU"]) * 100_000)
        assert (host["Dns"], host["DnsSearch"]) == (["127.0.0.1"], ["."])
        written = {path: set(options.split(",")) for path, options in host["Tmpfs"].items()}
        assert set(written) == {"/work", "/build"}
        assert written["/work"] >= {"noexec", "nosuid", "nodev", "size=64m", "nr_inodes=8k"}
        assert written["/build"] >= {"nosuid", "nodev", "size=256m", "nr_inodes=16k"}
        assert told["Config"]["Labels"][ROLE] == "sandbox"
        assert told["Mounts"] == []
    finally:
        container.close()
        launcher.close()
    with pytest.raises(docker.errors.NotFound):
        engine.api.inspect_container(container.name)


WORKER = """
import sys, time
import structlog
from judge.sandbox.pool import Pool
from judge.sandbox.settings import from_environment
from judge.sandbox.docker import _owner
structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
pool = Pool(from_environment({"JUDGE_SANDBOX": "docker", "JUDGE_SANDBOX_SPARE": "1"}))
pool.canary()
while pool.counters["idle"] < 2:
    time.sleep(0.05)
print(_owner(), flush=True)
time.sleep(60)
"""


def test_containers_die_with_their_worker(engine: docker.DockerClient) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WORKER], stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        owner = worker.stdout.readline().strip()
        assert len(owned(engine, owner)) == 2
        worker.send_signal(signal.SIGKILL)
    eventually(lambda: owned(engine, owner) == [])


def test_leaked_containers_are_reaped(
    engine: docker.DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One whose owner, by its label, is a process that is not there."""
    launcher = DockerLauncher(from_environment({}))
    mine = launcher.start(512)
    namespace, _, _ = launcher._owner.rpartition(":")
    monkeypatch.setattr(launcher, "_owner", f"{namespace}:1")
    leaked = launcher.start(512)
    try:
        assert launcher.reap() >= 1
        with pytest.raises(docker.errors.NotFound):
            engine.api.inspect_container(leaked.name)
        assert engine.api.inspect_container(mine.name)["State"]["Running"]
    finally:
        leaked.close()
        mine.close()
        launcher.close()


def test_no_engine_is_told_with_the_remedy() -> None:
    nowhere = from_environment({"DOCKER_HOST": "unix:///nowhere.sock"})
    with pytest.raises(SandboxUnavailable, match="start Docker") as caught:
        choose(replace(nowhere, kind="docker"))
    assert "\n" not in str(caught.value)
    assert "no container engine answers" in choose(nowhere).describe()
    with pytest.raises(SandboxUnavailable, match="not for production"):
        choose(replace(nowhere, production=True))
    allowed = replace(nowhere, production=True, allow_local_in_production=True)
    assert choose(allowed).kind == "local"


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("version", ["1.999", "1.1", "latest"])
def test_an_api_version_that_cannot_be_is_named(version: str) -> None:
    with pytest.raises(SandboxUnavailable, match="DOCKER_API_VERSION"):
        connect(from_environment({"DOCKER_API_VERSION": version}))


def test_preparing_again_is_at_once(settings: SandboxSettings) -> None:
    prepare(settings, quiet)
    start = time.monotonic()
    assert prepare(settings, quiet).startswith(settings.kind)
    assert time.monotonic() - start < 5
