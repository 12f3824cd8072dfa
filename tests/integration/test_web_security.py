from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from judge import db, queue
from judge.app import create_app
from judge.config import Settings
from judge.models import Problem, User
from judge.web import security
from tests.integration.conftest import GOOD, PASSWORD, csrf_token, sign_in

LIMIT = 3


@pytest.fixture
def strict(servers: Settings) -> Iterator[Flask]:
    """The application as it is in production, with low limits."""
    rate = f"{LIMIT}/minute"
    settings = replace(
        servers,
        env="production",
        secret_key="k" * 32,
        limit_login=rate,
        limit_submit=rate,
        limit_anonymous_run=rate,
        limit_register=rate,
        limit_save=rate,
    )
    yield create_app(settings)
    db.session.get_bind().dispose()  # type: ignore[union-attr]


@pytest.fixture
def browser(strict: Flask) -> FlaskClient:
    return strict.test_client()


def sign_in_page(browser: FlaskClient, username: str, password: str) -> int:
    page = browser.get("/login", base_url="https://localhost").get_data(as_text=True)
    form = {"csrf_token": csrf_token(page), "username": username, "password": password}
    headers = {"Referer": "https://localhost/login"}
    response = browser.post("/login", data=form, base_url="https://localhost", headers=headers)
    return response.status_code


def test_every_answer_is_protected(browser: FlaskClient) -> None:
    for path in ("/", "/nothing", "/healthz", "/api/v1/problems", "/static/dist/assets/x.js"):
        headers = browser.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-eval" not in policy
        assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
        assert headers.get("X-Content-Type-Options") == "nosniff"
        assert headers.get("X-Frame-Options") == "DENY"
        for name in ("Referrer-Policy", "Cross-Origin-Opener-Policy"):
            assert headers.get(name) == "same-origin"
        assert headers.get("Cross-Origin-Resource-Policy") == "same-origin"
        assert "Strict-Transport-Security" in headers


def test_nonces_are_used_once(browser: FlaskClient) -> None:
    policies = {browser.get("/").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


def test_cookies_are_of_this_host_alone(browser: FlaskClient, student: User) -> None:
    assert sign_in_page(browser, "stina", PASSWORD) == 302
    cookies = {cookie.key: cookie for cookie in browser._cookies.values()}
    assert set(cookies) == {"__Host-judge", "__Host-judge_remember"}
    for cookie in cookies.values():
        assert cookie.secure and cookie.http_only and cookie.same_site == "Lax"
        assert cookie.path == "/" and cookie.origin_only


@pytest.mark.parametrize("evil", ["//evil.example", "/%5Cevil.example", "https://evil.example"])
def test_signing_in_leads_to_no_other_site_and_begins_anew(
    browser: FlaskClient, student: User, evil: str
) -> None:
    before = csrf_token(browser.get("/login", base_url="https://localhost").get_data(as_text=True))
    form = {"csrf_token": before, "username": "stina", "password": PASSWORD}
    headers = {"Referer": "https://localhost/login"}
    address = f"/login?next={evil}"
    response = browser.post(address, data=form, base_url="https://localhost", headers=headers)
    assert response.location == "/"
    # Whoever knew the token of the session before cannot use it now.
    form = {"csrf_token": before}
    headers = {"Referer": "https://localhost/"}
    refused = browser.post("/logout", data=form, base_url="https://localhost", headers=headers)
    assert refused.status_code == 400


def test_nothing_changes_without_a_token(strict: Flask, student: User, problem: Problem) -> None:
    client = sign_in(strict, student)
    secure = {"base_url": "https://localhost"}
    hand_in = {"files": GOOD, "purpose": "submit"}
    for method, path in (("POST", "/problems/leap/submissions"), ("PUT", "/problems/leap/draft")):
        response = client.open(path, method=method, json=hand_in, **secure)
        assert response.status_code == 400
        assert "CSRF" in response.get_json()["error"]
    assert client.post("/logout", **secure).status_code == 400


def test_signing_in_is_throttled_by_name_and_address(browser: FlaskClient, student: User) -> None:
    for _ in range(LIMIT):
        assert sign_in_page(browser, "Stina", "wrong wrong wrong") == 401
    assert sign_in_page(browser, "stina", PASSWORD) == 429
    assert sign_in_page(browser, "otto", "wrong wrong wrong") == 429


def test_a_name_is_throttled_wherever_one_comes_from(browser: FlaskClient, student: User) -> None:
    """Whoever has many addresses must not have as many tries."""
    statuses = []
    for number in range(LIMIT + 1):
        browser.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        statuses.append(sign_in_page(browser, "\uff33TINA", "wrong wrong wrong"))
    assert statuses == [401] * LIMIT + [429]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        pytest.param("/register", {}, id="register"),
        pytest.param("/device", {"code": "BCDF-GHJK"}, id="device"),
        pytest.param("/api/v1/device/codes", {"name": ""}, id="codes"),
        pytest.param("/account/tokens", {"name": ""}, id="tokens"),
        pytest.param("/api/save", {"code": 7}, id="save"),
        pytest.param("/problems/leap/submissions", {"files": {}, "purpose": "submit"}, id="submit"),
    ],
)
def test_what_costs_is_limited(
    strict: Flask, student: User, problem: Problem, path: str, body: dict[str, Any]
) -> None:
    strict.config["WTF_CSRF_ENABLED"] = False
    client = strict.test_client() if path == "/register" else sign_in(strict, student)
    form = {"data": body} if path in {"/register", "/device", "/account/tokens"} else {"json": body}
    statuses = [
        client.post(path, base_url="https://localhost", **form).status_code
        for _ in range(LIMIT + 1)
    ]
    assert 429 not in statuses[:LIMIT]
    assert statuses[LIMIT] == 429


def test_signing_in_rightly_is_not_throttled(strict: Flask, student: User) -> None:
    for _ in range(LIMIT + 2):
        assert sign_in_page(strict.test_client(), "stina", PASSWORD) == 302


def test_one_user_cannot_flood_the_queue(strict: Flask, student: User, problem: Problem) -> None:
    from tests.integration.conftest import bearer, make_user

    url, body = "/api/v1/problems/leap/submissions", {"files": GOOD}
    headers = bearer(student)
    client = strict.test_client()
    statuses = [client.post(url, json=body, headers=headers).status_code for _ in range(LIMIT + 1)]
    assert statuses == [202] * LIMIT + [429]
    refused = client.post(url, json=body, headers=headers)
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert "error" in refused.get_json()
    other = bearer(make_user("otto"))
    assert client.post(url, json=body, headers=other).status_code == 202
    assert len(queue.waiting(queue.SUBMISSIONS)) == LIMIT + 1


def test_strangers_run_less_often_than_users(strict: Flask, student: User) -> None:
    from tests.integration.conftest import bearer

    client = strict.test_client()
    statuses = [client.post("/api/run", json={}).status_code for _ in range(LIMIT + 1)]
    assert statuses == [400] * LIMIT + [429]
    assert client.post("/api/run", json={}, headers=bearer(student)).status_code == 400


def test_what_costs_more_takes_more_and_can_still_be_had(strict: Flask) -> None:
    with strict.test_request_context():
        security.hit(strict, "console", "3/minute", cost=2)
        security.hit(strict, "format", "3/minute")
        with pytest.raises(security.TooOften, match="3 in a minute") as refused:
            security.hit(strict, "console", "3/minute", cost=2)
        assert 0 < refused.value.seconds <= 60
        security.hit(strict, "benchmarks", "3/minute", cost=99)


def test_an_error_of_ours_has_a_reference_and_no_details(
    strict: Flask, browser: FlaskClient
) -> None:
    def broken() -> str:
        raise RuntimeError("a secret detail")

    strict.view_functions["pages.home"] = broken
    page = browser.get("/", headers={"Accept": "text/html"})
    assert page.status_code == 500
    assert b"secret" not in page.data
    told = browser.get("/", headers={"Accept": "application/json"}).get_json()
    assert len(told["reference"]) == 8
    assert "secret" not in str(told)
    assert told["reference"] not in page.get_data(as_text=True)


def test_a_database_that_is_away_is_503(strict: Flask, browser: FlaskClient, student: User) -> None:
    client = sign_in(strict, student)
    db.configure("postgresql://nobody@127.0.0.1:1/none")
    for path, accept in (("/", "text/html"), ("/palette.json", "application/json")):
        response = client.get(path, headers={"Accept": accept})
        assert response.status_code == 503
        assert response.headers["Retry-After"]
