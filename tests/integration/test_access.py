"""Every route for everybody: the table below must name each route of the application."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from judge import accounts, db, queue, snippets, submissions
from judge.models import Base, Problem, User
from judge.worker.judging import Bench
from tests.integration.conftest import GOOD, bearer, make_user, sign_in
from tests.integration.test_judging import PASS, Pool

EVERYBODY = {"anonymous": 200, "author": 200, "other": 200, "instructor": 200, "admin": 200}
SIGNED_IN = EVERYBODY | {"anonymous": 302}
SIGNED_IN_JSON = EVERYBODY | {"anonymous": 401}
ITS_OWN = {"anonymous": 302, "author": 200, "other": 404, "instructor": 200, "admin": 200}
ONLY_ITS_OWN = dict.fromkeys(EVERYBODY, 403) | {"author": 200}
NOBODY_ELSE = dict.fromkeys(EVERYBODY, 404) | {"author": 200}
TOKEN = EVERYBODY | {"anonymous": 401}
TOKEN_OWN = ITS_OWN | {"anonymous": 401}


@dataclass(frozen=True)
class Rule:
    """What a request to a route gets, by who asks. `path` is filled in from the fixture."""

    path: str
    expected: Mapping[str, int]
    json: Any = None


PROGRAM = {"main.go": "package main\n\nfunc main() {}\n"}
HAND_IN = {"files": GOOD, "purpose": "submit"}
RULES: dict[str, Rule] = {
    "GET assets.asset": Rule("/static/dist/assets/none.js", dict.fromkeys(EVERYBODY, 404)),
    "GET auth.login": Rule("/login", dict.fromkeys(EVERYBODY, 302) | {"anonymous": 200}),
    "POST auth.login": Rule("/login", dict.fromkeys(EVERYBODY, 302) | {"anonymous": 200}),
    "GET auth.register": Rule("/register", dict.fromkeys(EVERYBODY, 302) | {"anonymous": 200}),
    "POST auth.register": Rule("/register", dict.fromkeys(EVERYBODY, 302) | {"anonymous": 400}),
    "POST auth.logout": Rule("/logout", dict.fromkeys(EVERYBODY, 302)),
    "GET auth.current": Rule("/session.json", EVERYBODY),
    "GET pages.home": Rule("/", EVERYBODY),
    "GET pages.palette": Rule("/palette.json", EVERYBODY),
    "GET pages.course": Rule("/courses/basics", SIGNED_IN),
    "GET board.standings": Rule("/courses/basics/leaderboard", SIGNED_IN),
    "GET board.student": Rule("/courses/basics/students/stina", SIGNED_IN),
    "GET workspace.problem": Rule("/courses/basics/problems/leap", SIGNED_IN),
    "GET workspace.lone": Rule("/problems/leap", SIGNED_IN),
    "PUT workspace.draft": Rule(
        "/problems/leap/draft", SIGNED_IN_JSON, {"files": GOOD, "revision": 0}
    ),
    "POST workspace.submit": Rule(
        "/problems/leap/submissions", dict.fromkeys(EVERYBODY, 202) | {"anonymous": 401}, HAND_IN
    ),
    "GET workspace.attempts": Rule("/problems/leap/attempts", SIGNED_IN),
    "GET submission_pages.own": Rule("/problems/leap/submissions", SIGNED_IN),
    "GET submission_pages.show": Rule("/submissions/{id}", ITS_OWN),
    "GET submission_pages.fetch": Rule("/submissions/{id}.json", ITS_OWN | {"anonymous": 401}),
    "GET playground.play": Rule("/play", EVERYBODY),
    "GET playground.examples": Rule("/play/examples", EVERYBODY),
    "GET playground.example": Rule("/play/examples/first-steps/hello", EVERYBODY),
    "GET playground.example_picture": Rule(
        "/play/examples/first-steps/hello/picture.png", EVERYBODY
    ),
    "GET playground.picture": Rule("/play/{private}/picture.png", dict.fromkeys(EVERYBODY, 404)),
    "GET playground.own": Rule("/snippets", SIGNED_IN),
    "POST playground.save": Rule(
        "/play/snippets", dict.fromkeys(EVERYBODY, 201), {"files": PROGRAM}
    ),
    "GET playground.snippet": Rule("/play/{private}", NOBODY_ELSE),
    "GET playground.versions": Rule("/play/{private}/versions", NOBODY_ELSE),
    "POST playground.download": Rule("/play/download/zip", EVERYBODY, {"files": PROGRAM}),
    "PUT playground.change": Rule("/play/snippets/{public}", ONLY_ITS_OWN, {"title": "new"}),
    "POST playground.delete": Rule(
        "/play/snippets/{public}/delete", ONLY_ITS_OWN | {"anonymous": 302}
    ),
    "POST playground.restore": Rule(
        "/play/snippets/{public}/restore", NOBODY_ELSE | {"anonymous": 302}
    ),
    "GET playground.embed": Rule("/embed/{private}", dict.fromkeys(EVERYBODY, 404)),
    "GET playground.embed_script": Rule("/embed.js", EVERYBODY),
    "GET device_pages.show": Rule("/device", SIGNED_IN),
    "POST device_pages.approve": Rule(
        "/device", dict.fromkeys(EVERYBODY, 404) | {"anonymous": 302}
    ),
    "POST device.begin": Rule("/api/v1/device/codes", EVERYBODY, {"name": "judge-cli"}),
    "POST device.collect": Rule(
        "/api/v1/device/token", dict.fromkeys(EVERYBODY, 404), {"device_code": "unknown"}
    ),
    # Only a user's name with a token counts for git, neither a session nor a bearer.
    "GET git.refs": Rule("/git/leap.git/info/refs", dict.fromkeys(EVERYBODY, 401)),
    "POST git.fetch": Rule("/git/leap.git/git-upload-pack", dict.fromkeys(EVERYBODY, 401)),
    "POST git.receive": Rule("/git/leap.git/git-receive-pack", dict.fromkeys(EVERYBODY, 401)),
    "GET tokens.own": Rule("/account/tokens", SIGNED_IN),
    "POST tokens.create": Rule(
        "/account/tokens", dict.fromkeys(EVERYBODY, 422) | {"anonymous": 302}
    ),
    "POST tokens.revoke": Rule(
        "/account/tokens/999/revoke", dict.fromkeys(EVERYBODY, 404) | {"anonymous": 302}
    ),
    "GET tokens.work": Rule("/problems/leap/git", SIGNED_IN),
    "GET health.healthz": Rule("/healthz", EVERYBODY),
    "GET health.readyz": Rule("/readyz", dict.fromkeys(EVERYBODY, 503)),
    "GET health.prometheus": Rule("/metrics", EVERYBODY),
    "GET api-docs.openapi_json": Rule("/api/v1/openapi.json", EVERYBODY),
    "GET api.list_problems": Rule("/api/v1/problems", TOKEN),
    "GET api.show_problem": Rule("/api/v1/problems/leap", TOKEN),
    "GET api.list_courses": Rule("/api/v1/courses", TOKEN),
    "GET api.show_course": Rule("/api/v1/courses/basics", TOKEN),
    "POST api.submit": Rule(
        "/api/v1/problems/leap/submissions",
        dict.fromkeys(EVERYBODY, 202) | {"anonymous": 401},
        HAND_IN,
    ),
    "GET api.show_submission": Rule("/api/v1/submissions/{id}", TOKEN_OWN),
    "POST run.run": Rule("/api/run", dict.fromkeys(EVERYBODY, 400), {"language": "go"}),
    "POST run.save": Rule("/api/save", EVERYBODY, {"code": "package main"}),
}


@pytest.fixture
def people(student: User) -> dict[str, User | None]:
    return {
        "anonymous": None,
        "author": student,
        "other": make_user("otto"),
        "instructor": make_user("inga", "instructor"),
        "admin": make_user("ada", "admin"),
    }


@pytest.fixture
def judged(app: Flask, student: User, problem: Problem) -> str:
    """The id of a judged submission of "author"."""
    from judge.progress import Teller

    made = submissions.create(student, problem, GOOD, "submit")
    teller = Teller(queue.connection())
    bench = Bench("w", app.extensions["judge"], Pool(PASS), teller, lambda _: None)  # type: ignore[arg-type]
    bench.judge(made.id)
    teller.close()
    return str(made.id)


def test_every_route_has_its_rule(app: Flask) -> None:
    routes = {
        f"{method} {rule.endpoint}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == set(RULES)


@pytest.mark.parametrize("who", list(EVERYBODY))
def test_who_gets_what(app: Flask, people: dict[str, User | None], judged: str, who: str) -> None:
    user = people[who]
    kept = {
        visibility: snippets.create(people["author"], PROGRAM, visibility=visibility).public_id
        for visibility in ("private", "public")
    }
    wrong = []
    for name, rule in RULES.items():
        client = sign_in(app, user) if user else app.test_client()
        is_api = rule.path.startswith("/api/v1")
        headers = bearer(user, name) if user and is_api else {}
        response = client.open(
            rule.path.format(id=judged, **kept),
            method=name.split()[0],
            json=rule.json,
            headers=headers,
        )
        if response.status_code != rule.expected[who]:
            wrong.append((name, rule.expected[who], response.status_code))
        if who in {"author", "other"}:
            assert b"TestB" not in response.data, f"{name} gives a hidden test away"
    assert wrong == []


WITHOUT_CSRF = {
    # They know no session: a bearer's token, a device's code, or git's own token counts.
    "POST api.submit", "POST device.begin", "POST device.collect", "POST git.fetch",
    "POST git.receive",
    # What is run or kept there is nobody's.
    "POST run.run", "POST run.save",
}  # fmt: skip


def test_every_change_needs_a_token_of_the_page(app: Flask, student: User, judged: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    kept = {name: snippets.create(student, PROGRAM).public_id for name in ("private", "public")}
    taken = set()
    for name, rule in RULES.items():
        method = name.split()[0]
        if method == "GET":
            continue
        path = rule.path.format(id=judged, **kept)
        response = sign_in(app, student).open(path, method=method, json=rule.json or {})
        if response.status_code != 400 or "CSRF" not in response.get_json()["error"]:
            taken.add(name)
    assert taken == WITHOUT_CSRF


def content() -> dict[str, str | None]:
    """A digest of each table; when a token was last used is no change of anything."""
    row = "(to_jsonb(t) - 'used_at' - 'last_used_at')::text"
    digest = f"md5(string_agg({row}, '|' ORDER BY {row}))"
    names = [table.name for table in Base.metadata.sorted_tables]
    found = {
        name: db.session.execute(text(f"SELECT {digest} FROM {name} t")).scalar() for name in names
    }
    db.session.commit()
    return found


def test_to_look_changes_nothing(app: Flask, people: dict[str, User | None], judged: str) -> None:
    author = people["author"]
    kept = {name: snippets.create(author, PROGRAM).public_id for name in ("private", "public")}
    headers = {who: bearer(user, "look") for who, user in people.items() if user}
    before = content()
    for who, user in people.items():
        for name, rule in RULES.items():
            if name.startswith("GET "):
                client = sign_in(app, user) if user else app.test_client()
                is_api = rule.path.startswith("/api/v1")
                path = rule.path.format(id=judged, **kept)
                client.get(path, headers=headers.get(who) if is_api else None)
                assert content() == before, f"{name} by {who}"


def test_git_takes_ones_own_name_and_token_only(
    app: Flask, people: dict[str, User | None], problem: Problem
) -> None:
    address = "/git/leap.git/info/refs?service=git-upload-pack"
    tokens = {user.username: accounts.create_token(user, "git") for user in people.values() if user}
    for name in tokens:
        statuses = {
            whose: app.test_client().get(address, auth=(name, token)).status_code
            for whose, token in tokens.items()
        }
        assert statuses == dict.fromkeys(tokens, 401) | {name: 200}


def test_staff_see_hidden_tests(app: Flask, people: dict[str, User | None], judged: str) -> None:
    instructor = people["instructor"]
    assert instructor is not None
    assert b"TestB" in sign_in(app, instructor).get(f"/submissions/{judged}.json").data


def test_a_session_is_no_key_to_the_api(app: Flask, student: User) -> None:
    """Otherwise any site could hand in through a browser that is signed in."""
    client = sign_in(app, student)
    assert client.get("/api/v1/problems").status_code == 401


def test_a_disabled_account_is_out_at_once(app: Flask, student: User, problem: Problem) -> None:
    client = sign_in(app, student)
    assert client.get("/problems/leap").status_code == 200
    accounts.set_active(student, active=False)
    assert client.get("/problems/leap").status_code == 302
