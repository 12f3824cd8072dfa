"""Fixtures: the real servers, engine and browser that tests run against.

A test that needs an engine or a browser is skipped with the reason where there
is none. `JUDGE_TEST_REQUIRE=docker,browser` turns such a skip into a failure;
CI sets it. The end of the run counts what was skipped and why.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from judge.errors import JudgeFault
from judge.launch.postgres import Postgres
from judge.launch.trial import Product, product
from judge.launch.valkey import Valkey
from judge.sandbox import rootfs
from tests.git_server import CERTIFICATE, repository, served
from tests.module_proxy import ModuleProxy, some

if TYPE_CHECKING:
    from docker import DockerClient
    from playwright.sync_api import Browser

    from judge.sandbox.pool import Pool

REQUIREMENTS = ("docker", "browser")
CHROMIUM_NAMES = (
    # The same engine without the browser around it, in four fifths of the CPU time.
    "chromium-headless-shell",
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
)
TEST_DATABASE = "judge_test"
GO_CACHE = {
    "GOCACHE": str(Path(__file__).resolve().parents[1] / "var" / "cache" / "go"),
    "CGO_ENABLED": "0",
    "GOFLAGS": " ".join(("-mod=readonly", *rootfs.FLAGS)),
}
"""As the Go tests have it, so that the standard library is compiled once."""
LIMITS = tuple(
    f"JUDGE_LIMIT_{name}"
    for name in ("LOGIN", "REGISTER", "SUBMIT", "RUN", "ANONYMOUS_RUN", "SAVE", "CHANGE", "DRAFT")
)
"""Tests are faster than people."""


def required() -> set[str]:
    """What `JUDGE_TEST_REQUIRE` names; anything unknown ends the run."""
    names = {name.strip() for name in os.environ.get("JUDGE_TEST_REQUIRE", "").split(",")} - {""}
    if unknown := names - set(REQUIREMENTS):
        raise pytest.UsageError(f"JUDGE_TEST_REQUIRE knows no {', '.join(sorted(unknown))}")
    return names


def lacking(requirement: str, reason: str) -> NoReturn:
    """Skip the test that asked, or fail it where the requirement must be met."""
    if requirement in required():
        pytest.fail(f"{requirement} is required: {reason}", pytrace=False)
    pytest.skip(f"{requirement}: {reason}")


STAGES = ("unit", "sandbox", "attacks", "browser", "chaos")
"""Parts of the suite that `.ci/run STAGE` runs by themselves. Each test is in exactly one."""


def stage_of(item: pytest.Item) -> str:
    """The stage of a test: by its folder, its file, or whether it needs a browser."""
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    if folder in ("unit", "integration"):
        return "unit"
    if folder == "attacks":
        return "attacks"
    if item.path.name == "test_chaos.py":
        return "chaos"
    return "browser" if "browser" in getattr(item, "fixturenames", ()) else "sandbox"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--stage NAME` runs the tests of one stage."""
    parser.addoption("--stage", choices=STAGES, help="run only the tests of this stage")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of other stages."""
    chosen = config.getoption("--stage")
    if chosen:
        others = [item for item in items if stage_of(item) != chosen]
        items[:] = [item for item in items if stage_of(item) == chosen]
        config.hook.pytest_deselected(items=others)


def pytest_configure() -> None:
    """Refuse an unknown requirement before anything runs."""
    required()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count the skips by their reason."""
    reasons = Counter(
        str(report.longrepr[2]).removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    )
    for reason, count in reasons.most_common():
        terminalreporter.write_line(f"skipped {count} for {reason}")


@pytest.fixture(scope="session")
def servers_folder() -> Iterator[Path]:
    """A short path, since unix sockets lie in it, that unprivileged users may enter."""
    folder = Path(tempfile.mkdtemp(prefix="judge-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres(servers_folder: Path) -> Iterator[Postgres]:
    """A real PostgreSQL of this test run alone, without any table."""
    folder = servers_folder / "postgres"
    folder.mkdir(mode=0o755)
    server = Postgres(folder / "data", folder / "run", durable=False)
    with server.running():
        server.create_database(TEST_DATABASE)
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres: Postgres) -> str:
    """The SQLAlchemy address of an empty database."""
    return postgres.url(TEST_DATABASE)


@pytest.fixture(scope="session")
def redis_url(servers_folder: Path) -> Iterator[str]:
    """The address of a real Valkey of this test run alone."""
    folder = servers_folder / "valkey"
    with Valkey(folder / "data", folder / "run", durable=False).running() as server:
        yield server.url


@pytest.fixture(scope="session")
def engine() -> Iterator[DockerClient]:
    """A client of the container engine."""
    import docker
    from docker.errors import DockerException

    try:
        client = docker.from_env(version=os.environ.get("DOCKER_API_VERSION"), timeout=60)
        client.ping()
    except DockerException as error:
        lacking("docker", f"no engine answers ({str(error).splitlines()[0][:120]})")
    yield client
    client.close()


@pytest.fixture(scope="session")
def pool(engine: DockerClient) -> Iterator[Pool]:
    """Containers that judge, kept warm for the whole run."""
    from judge.sandbox.pool import Pool
    from judge.sandbox.settings import from_environment

    with Pool(replace(from_environment(), kind="docker", max_containers=4)) as pool:
        yield pool


@pytest.fixture(scope="session")
def module_proxy() -> Iterator[ModuleProxy]:
    """Where the product's playground gets modules of others from."""
    with some().served() as proxy:
        yield proxy


@pytest.fixture(scope="session")
def git_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the product may import repositories from: "localhost:PORT"."""
    folder = tmp_path_factory.mktemp("repositories")
    main = b'package main\n\nfunc main() { println("from afar") }\n'
    repository(folder / "small.git", {"main.go": main, "a.png": b"\x89PNG\0"})
    many = {f"many/p{number}/p.go": b"package p\n" for number in range(60)}
    repository(folder / "large.git", many | {"cmd/run/main.go": main})
    with served(folder) as place:
        yield place


@pytest.fixture(scope="session")
def whole_product(module_proxy: ModuleProxy, git_server: str) -> Iterator[Product]:
    """Everything that `judge run` starts, with an empty database and the demo content."""
    generous = dict.fromkeys(LIMITS, "100000/minute")
    modules = {"JUDGE_MODULE_PROXY": module_proxy.address, "JUDGE_MODULE_SUMDB": "off"}
    imports = {"JUDGE_IMPORT_HOSTS": git_server, "JUDGE_IMPORT_CA": str(CERTIFICATE)}
    try:
        with product(**generous, **modules, **imports) as running:
            yield running
    except JudgeFault as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def stack(whole_product: Product) -> str:
    """The address of a running product, "http://127.0.0.1:43210"."""
    return whole_product.address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium without a window.

    For one module only: while Playwright's synchronous interface is in use, its
    event loop occupies the thread and no other test could run one.
    """
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=_chromium(),
                args=[] if os.geteuid() else ["--no-sandbox"],
            )
        except Error as error:
            lacking("browser", f"no Chromium starts ({error.message.splitlines()[0][:120]})")
        yield browser
        browser.close()


def _chromium() -> str | None:
    """The machine's own browser, else None for the one that Playwright has installed."""
    named = os.environ.get("JUDGE_TEST_CHROMIUM")
    found = (shutil.which(name) for name in CHROMIUM_NAMES)
    return named or next(filter(None, found), None)
