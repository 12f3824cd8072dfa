"""The database goes away under a student's hands: nothing is lost, and nothing counts twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from judge.launch.start import DATABASE
from judge.launch.trial import Product
from tests.e2e.pages import code, ready, register, write
from tests.e2e.test_pages import judged, open_problem, proof

ROWS = (
    "SELECT count(*) FROM submissions s JOIN users u ON u.id = s.user_id"
    " WHERE u.username = %s AND s.purpose = 'submit'"
)


@pytest.fixture
def page(browser: Browser, whole_product: Product) -> Iterator[Page]:
    context = browser.new_context(base_url=whole_product.address)
    yield context.new_page()
    context.close()


def address(product: Product, database: str) -> str:
    return product.place.postgres.url(database).replace("postgresql+psycopg", "postgresql")


@contextmanager
def database_away(product: Product) -> Iterator[None]:
    """No connection to the judge's database is left, and none can be made."""
    with psycopg.connect(address(product, "postgres"), autocommit=True) as other:
        other.execute(f"ALTER DATABASE {DATABASE} ALLOW_CONNECTIONS false")
        try:
            end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            other.execute(end, [DATABASE])
            yield
        finally:
            other.execute(f"ALTER DATABASE {DATABASE} ALLOW_CONNECTIONS true")


def test_code_handed_in_meanwhile_is_kept_sent_later_and_counts_once(
    page: Page, whole_product: Product
) -> None:
    name = register(page)
    solution = proof(open_problem(page), "accepted")
    write(page, solution)
    with database_away(whole_product):
        page.keyboard.press("Control+Shift+Enter")
        waiting = "You're offline. We'll submit when you reconnect. Your code is safe."
        expect(page.locator("body")).to_contain_text(waiting, timeout=30_000)
        # Somebody who opens the page anew is told plainly, and nothing of ours is in the way.
        other = page.context.new_page()
        answer = other.goto(page.url)
        assert answer
        assert answer.status == 503
        assert int(answer.headers["retry-after"]) > 0
        expect(other.get_by_role("main")).to_contain_text("Your code is saved")
        # Closed before it could be sent: it is sent by the page that is opened next.
        there = page.url
        page.close()
    expect(other.get_by_role("main")).to_be_visible()
    other.goto(there)
    ready(other)
    judged(other, "Accepted")
    assert next(iter(solution.values())).splitlines()[0] in code(other)
    with psycopg.connect(address(whole_product, DATABASE)) as connection:
        counted = connection.execute(ROWS, [name]).fetchone()
    assert counted == (1,)
