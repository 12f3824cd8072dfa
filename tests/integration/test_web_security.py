from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from judge import accounts, db, queue, snippets
from judge.app import create_app
from judge.config import Settings
from judge.models import Problem, User
from judge.web import security
from tests.integration.conftest import GOOD, PASSWORD, csrf_token, sign_in

LIMIT = 3


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with parameters that let a test sign in a class."""
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", cheap)


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


@pytest.mark.parametrize(
    "evil",
    [
        "//evil.example", "/%5Cevil.example", "https://evil.example", "/%09/evil.example",
        "/%0A/evil.example", "/%0D%0AX-Injected:%201", "%09//evil.example", "/%00/evil.example",
        "/%E2%80%A8/evil.example", "/%5C/evil.example", "//[",
    ],
)  # fmt: skip
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
    # A class shares an address, so that it may fail more often than a name.
    statuses = [
        sign_in_page(browser, f"name{number}", "wrong wrong wrong")
        for number in range(LIMIT * (security.NETWORK_SHARE - 1) + 1)
    ]
    assert statuses == [401] * (len(statuses) - 1) + [429]


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


def test_a_path_of_ours_is_where_one_comes_back_to(browser: FlaskClient, student: User) -> None:
    page = browser.get("/login", base_url="https://localhost").get_data(as_text=True)
    form = {"csrf_token": csrf_token(page), "username": "stina", "password": PASSWORD}
    response = browser.post(
        "/login?next=/play/abc?version%3D2%26x%3D1",
        data=form,
        base_url="https://localhost",
        headers={"Referer": "https://localhost/login"},
    )
    assert response.location == "/play/abc?version=2&x=1"


def test_a_known_browser_stays_usable_whoever_else_tries(strict: Flask, student: User) -> None:
    known = strict.test_client()
    assert sign_in_page(known, "stina", PASSWORD) == 302
    leave(known)
    for number in range(LIMIT * security.NETWORK_SHARE + 2):
        sign_in_page(strict.test_client(), "stina" if number < LIMIT else f"n{number}", "wrong")
    assert sign_in_page(strict.test_client(), "stina", PASSWORD) == 429
    assert sign_in_page(known, "stina", PASSWORD) == 302
    leave(known)
    # It gets no more tries than others, and those for its own account only.
    statuses = [sign_in_page(known, "stina", "wrong wrong wrong") for _ in range(LIMIT + 1)]
    assert statuses == [401] * LIMIT + [429]
    assert sign_in_page(known, "otto", "wrong wrong wrong") == 429


def leave(browser: FlaskClient) -> None:
    page = browser.get("/play", base_url="https://localhost").get_data(as_text=True)
    headers = {"Referer": "https://localhost/play", "X-CSRFToken": csrf_token(page)}
    assert browser.post("/logout", base_url="https://localhost", headers=headers).status_code == 302


def test_a_class_behind_one_address_can_register_and_sign_in(app: Flask) -> None:
    """With the limits as they are by default."""
    defaults = Settings()
    settings = replace(
        app.extensions["judge"],
        limit_register=defaults.limit_register,
        limit_login=defaults.limit_login,
    )
    room = create_app(settings)
    room.config.update(WTF_CSRF_ENABLED=False)
    for number in range(120):
        form = {"username": f"pupil{number}", "password": PASSWORD}
        assert room.test_client().post("/register", data=form).status_code == 302
    for number in range(40):
        browser, form = room.test_client(), {"username": f"pupil{number}", "password": "wrong"}
        assert browser.post("/login", data=form).status_code == 401
        form["password"] = PASSWORD
        assert browser.post("/login", data=form).status_code == 302


def cookies_of(browser: FlaskClient) -> dict[str, str]:
    return {one.key: one.value for one in browser._cookies.values()}


@pytest.mark.parametrize("kept", ["__Host-judge", "__Host-judge_remember"])
def test_signing_out_ends_the_session_wherever_its_cookies_are(
    strict: Flask, student: User, kept: str
) -> None:
    browser, thief, other = (strict.test_client() for _ in range(3))
    assert sign_in_page(browser, "stina", PASSWORD) == 302
    assert sign_in_page(other, "stina", PASSWORD) == 302
    copied = cookies_of(browser)[kept]

    def signed_in(client: FlaskClient) -> bool:
        status = client.get("/account/tokens", base_url="https://localhost").status_code
        return bool(status == 200)

    def steal() -> None:
        thief.delete_cookie("__Host-judge")
        thief.set_cookie(kept, copied, secure=True)

    steal()
    assert signed_in(thief)
    leave(browser)
    steal()
    assert not signed_in(thief)
    assert signed_in(other)


def test_a_session_ends_after_a_month(strict: Flask, student: User) -> None:
    browser = strict.test_client()
    assert sign_in_page(browser, "stina", PASSWORD) == 302
    with browser.session_transaction(base_url="https://localhost") as session:
        key = session["_user_id"]
    begun, _, rest = key.rpartition(":")[2].partition(".")
    old = int(begun) - int(accounts.SESSION_LIFETIME.total_seconds()) - 60
    assert accounts.of_session(key) is not None
    assert accounts.of_session(f"{key.rpartition(':')[0]}:{old}.{rest}") is None


def test_a_new_token_lies_in_no_cookie(strict: Flask, student: User) -> None:
    browser = strict.test_client()
    sign_in_page(browser, "stina", PASSWORD)
    address = "/account/tokens"
    page = browser.get(address, base_url="https://localhost").get_data(as_text=True)
    form = {"csrf_token": csrf_token(page), "name": "laptop"}
    headers = {"Referer": f"https://localhost{address}"}
    made = browser.post(address, data=form, base_url="https://localhost", headers=headers)
    assert accounts.TOKEN_PREFIX in made.get_data(as_text=True)
    assert made.headers["Cache-Control"] == "no-store"
    with browser.session_transaction(base_url="https://localhost") as session:
        assert accounts.TOKEN_PREFIX not in str(dict(session))
    again = browser.get(address, base_url="https://localhost").get_data(as_text=True)
    assert accounts.TOKEN_PREFIX not in again


def test_codes_are_guessed_by_get_no_more_often_than_by_post(strict: Flask, student: User) -> None:
    client = sign_in(strict, student)
    secure = {"base_url": "https://localhost"}
    assert client.get("/device", **secure).status_code == 200
    statuses = [client.get(f"/device?code=BCDF{n}", **secure).status_code for n in range(LIMIT + 1)]
    assert statuses == [404] * LIMIT + [429]
    assert client.get("/device", **secure).status_code == 200


def test_submissions_have_one_limit_over_pages_api_and_git(
    strict: Flask, student: User, problem: Problem
) -> None:
    from tests.integration.conftest import bearer

    strict.config["WTF_CSRF_ENABLED"] = False
    client, headers = sign_in(strict, student), bearer(student)
    token = headers["Authorization"].removeprefix("Bearer ")
    command = f"{'0' * 40} {'1' * 40} refs/heads/main\0report-status"

    def page() -> int:
        return client.post(
            "/problems/leap/submissions", json={"files": {}}, base_url="https://localhost"
        ).status_code

    def api() -> int:
        address = "/api/v1/problems/leap/submissions"
        return client.post(address, json={"files": {}}, headers=headers).status_code

    def git() -> bytes:
        body = f"{len(command) + 4:04x}{command}0000".encode()
        address = "/git/leap.git/git-receive-pack"
        return client.post(address, data=body, auth=("stina", token)).get_data()

    assert (page(), api()) == (422, 422)
    assert b"that is more than" not in git()
    assert b"that is more than" in git()
    assert (page(), api()) == (429, 429)


def test_changes_of_snippets_and_drafts_are_limited(
    strict: Flask, student: User, problem: Problem
) -> None:
    settings = replace(
        strict.extensions["judge"], limit_change=f"{LIMIT}/minute", limit_draft=f"{LIMIT}/minute"
    )
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    client = sign_in(app, student)
    kept = snippets.create(student, {"main.go": "package main"}).public_id
    for path in (f"/play/snippets/{kept}", "/problems/leap/draft"):
        statuses = [
            client.put(path, json={"title": "x"}, base_url="https://localhost").status_code
            for _ in range(LIMIT + 1)
        ]
        assert 429 not in statuses[:LIMIT]
        assert statuses[LIMIT] == 429


def test_an_account_keeps_so_many_bytes_with_all_versions(app: Flask, student: User) -> None:
    app.extensions["judge"] = replace(app.extensions["judge"], snippets_mb=1, limit_save="99/hour")
    client, large = sign_in(app, student), "// " + "x" * 120_000
    made = client.post("/play/snippets", json={"files": {"main.go": large}}).get_json()["id"]
    statuses = []
    for number in range(5):
        body = {"files": {"main.go": f"{large}{number}"}}
        statuses.append(client.put(f"/play/snippets/{made}", json=body).status_code)
    client.post(f"/play/snippets/{made}/delete")
    for number in range(4):
        body = {"files": {"main.go": f"{large}{number}"}}
        last = client.post("/play/snippets", json=body)
        statuses.append(last.status_code)
    assert statuses == [200] * 5 + [201, 201, 400, 400]
    assert "1 MiB" in last.get_json()["error"]
    assert client.post("/api/save", json={"code": large}).status_code == 400


def test_only_429_and_503_say_when_to_try_again(strict: Flask, student: User) -> None:
    client = strict.test_client()
    for _ in range(LIMIT):
        refused = client.post("/api/run", json={})
        assert refused.status_code == 400
        assert "Retry-After" not in refused.headers
    refused = client.post("/api/run", json={})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert re.fullmatch(r"too many programs run; try again in \d+ s", refused.get_json()["error"])


@pytest.mark.parametrize(
    ("token", "sent", "peer", "forwarded", "status"),
    [
        ("", "", "127.0.0.1", "", 200),
        ("", "", "::1", "", 200),
        ("", "", "192.0.2.1", "", 403),
        ("", "", "127.0.0.1", "192.0.2.1", 403),
        ("secret", "", "127.0.0.1", "", 403),
        ("secret", "wrong", "127.0.0.1", "", 403),
        ("secret", "secret", "192.0.2.1", "10.0.0.1", 200),
    ],
)
def test_metrics_are_for_this_machine_or_who_has_the_token(
    app: Flask, token: str, sent: str, peer: str, forwarded: str, status: int
) -> None:
    app.extensions["judge"] = replace(app.extensions["judge"], metrics_token=token)
    headers = {"Authorization": f"Bearer {sent}"} if sent else {}
    headers |= {"X-Forwarded-For": forwarded} if forwarded else {}
    response = app.test_client().get(
        "/metrics", headers=headers, environ_base={"REMOTE_ADDR": peer}
    )
    assert response.status_code == status


def test_a_page_that_was_open_gets_the_token_of_the_new_session(
    strict: Flask, student: User, problem: Problem
) -> None:
    browser = strict.test_client()
    secure = {"base_url": "https://localhost"}
    told = browser.get("/session.json", **secure)
    assert (told.get_json()["user"], told.headers["Cache-Control"]) == (None, "no-store")
    sign_in_page(browser, "stina", PASSWORD)
    told = browser.get("/session.json", **secure).get_json()
    headers = {"Referer": "https://localhost/", "X-CSRFToken": "old"}
    body = {"files": GOOD, "revision": 0}
    refused = browser.put("/problems/leap/draft", json=body, headers=headers, **secure)
    assert refused.status_code == 400
    assert "csrf" in refused.get_json()["details"]
    headers["X-CSRFToken"] = told["csrf_token"]
    saved = browser.put("/problems/leap/draft", json=body, headers=headers, **secure)
    assert (told["user"], saved.status_code) == ("stina", 200)
