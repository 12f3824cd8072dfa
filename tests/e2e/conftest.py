"""Real sandboxes of both kinds, made as the product makes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page

from judge.errors import JudgeFault
from judge.sandbox.facts import RunFacts
from judge.sandbox.job import Limits, ProgramJob
from judge.sandbox.pool import Pool
from judge.sandbox.settings import SandboxSettings, from_environment
from tests.e2e.pages import EXPECTED_NOISE, SIZES, WATCH_SHIFTS, NewPage

Run = Callable[..., RunFacts]
"""(statements, *imports, limits=…, stdin=…) to what the run of that Go program was."""


# What is about packs and programs, not about sandboxes, is tried in one kind: the product's choice.
in_one_sandbox = pytest.mark.parametrize("settings", ["auto"], indirect=True, scope="session")


def program(statements: str, *imports: str) -> dict[str, bytes]:
    """A program whose main function is `statements`."""
    listed = "".join(f'import "{name}"\n' for name in imports)
    return {"main.go": f"package main\n{listed}\nfunc main() {{\n{statements}\n}}\n".encode()}


@pytest.fixture(scope="session", params=["docker", "local"])
def settings(request: pytest.FixtureRequest) -> SandboxSettings:
    """One kind of sandbox; where there is none, every test of it is skipped or fails."""
    if request.param == "docker":
        request.getfixturevalue("engine")
    settings = replace(from_environment({}), kind=request.param, spare=0, max_containers=4)
    if request.param == "local":
        try:
            with Pool(settings) as pool:
                pool.canary()
        except JudgeFault as error:
            pytest.skip(f"local: {error}")
    return settings


@pytest.fixture(scope="module")
def pool(settings: SandboxSettings) -> Iterator[Pool]:
    """A pool that the tests of one file share."""
    with Pool(settings) as pool:
        yield pool


@pytest.fixture
def run(pool: Pool) -> Run:
    """Run a Go program that may import anything."""

    def call(
        statements: str, *imports: str, limits: Limits | None = None, stdin: bytes = b""
    ) -> RunFacts:
        job = ProgramJob(
            source=program(statements, *imports),
            stdin=stdin,
            trusted=True,
            limits=limits or Limits(),
        )
        facts = pool.run(job)
        assert facts.build is not None
        assert facts.build.ok, facts.build.diagnostics
        (told,) = facts.runs
        return told

    return call


@pytest.fixture
def new_page(browser: Browser, stack: str) -> Iterator[NewPage]:
    """Opens pages in fresh browsers; in the end none may have reported an error."""
    complaints: list[str] = []
    contexts = []

    def make(size: str = "desktop", scheme: str = "light") -> Page:
        width, height = SIZES[size]
        context = browser.new_context(
            base_url=stack,
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(WATCH_SHIFTS)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type == "error" else None,
        )
        return page

    yield make
    for context in contexts:
        context.close()
    assert [said for said in complaints if not EXPECTED_NOISE.search(said)] == []
