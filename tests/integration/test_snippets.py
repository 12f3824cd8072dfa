"""Snippets: keeping, versions, who may see and change them, search, and being embedded."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from judge import snippets
from judge.errors import Forbidden, NotFound
from judge.models import User
from tests.integration.conftest import bearer, make_user, sign_in

ONE = {"main.go": "package main\n\nfunc main() { println(1) }\n"}
TWO = {"main.go": "package main\n\nfunc main() { println(2) }\n", "b.go": "package main\n"}


def test_each_change_is_a_version(student: User) -> None:
    made = snippets.create(student, ONE, title="  Counting   up ")
    assert (made.title, made.version, made.visibility) == ("Counting up", 1, "unlisted")
    snippets.change(made, student, {"files": TWO})
    snippets.change(made, student, {"files": TWO})
    assert made.version == 2
    assert snippets.files_of(made) == TWO
    assert snippets.files_of(made, 1) == ONE
    assert [version.number for version in snippets.versions(made)] == [2, 1]
    with pytest.raises(NotFound, match="version 3"):
        snippets.files_of(made, 3)


def test_a_bad_change_changes_nothing(student: User) -> None:
    made = snippets.create(student, ONE, title="a")
    with pytest.raises(snippets.BadSnippet, match="visibility"):
        snippets.change(made, student, {"title": "b", "files": TWO, "visibility": "secret"})
    assert (made.title, made.version) == ("a", 1)


def test_only_its_owner_changes_and_sees_what_is_private(student: User) -> None:
    other = make_user("otto")
    made = snippets.create(student, ONE, visibility="private")
    for stranger in (other, None):
        with pytest.raises(NotFound):
            snippets.get(made.public_id, stranger)
        with pytest.raises(Forbidden):
            snippets.change(made, stranger, {"title": "mine"})
        with pytest.raises(Forbidden):
            snippets.delete(made, stranger)
    assert snippets.get(made.public_id, student).id == made.id


def test_what_is_deleted_comes_back(student: User) -> None:
    made = snippets.create(student, ONE)
    snippets.delete(made, student)
    with pytest.raises(NotFound):
        snippets.get(made.public_id, student)
    assert snippets.own(student) == []
    snippets.restore(snippets.get_deleted(made.public_id, student), student)
    assert [one.id for one in snippets.own(student)] == [made.id]


def test_a_fork_remembers_where_it_is_from(app: Flask, student: User) -> None:
    made = snippets.create(make_user("otto"), ONE, title="Original")
    body = {"files": TWO, "title": "Mine", "forked_from": made.public_id}
    told = sign_in(app, student).post("/play/snippets", json=body)
    assert (told.status_code, told.json["own"]) == (201, True)
    page = sign_in(app, student).get(told.json["url"]).text
    assert "Made from" in page and f"/play/{made.public_id}" in page


@pytest.mark.parametrize(
    ("query", "finds"),
    [("count", ["Counting"]), ("println(2)", ["Other"]), ("100%", []), ("_", []), ("", 2)],
)
def test_search_looks_into_titles_and_code(student: User, query: str, finds: Any) -> None:
    snippets.create(student, ONE, title="Counting")
    snippets.create(student, TWO, title="Other")
    found = [one.title for one in snippets.own(student, query)]
    assert len(found) == finds if isinstance(finds, int) else found == finds


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"files": {}}, "at least one file"),
        ({"files": {"../x.go": ""}}, "cannot be a file's name"),
        ({"files": ONE, "title": "x" * 121}, "120 characters"),
        ({"files": ONE, "title": "a\u202eb"}, "can be seen"),
        ({"files": ONE, "visibility": "secret"}, "private, unlisted, public"),
        ({"files": ONE, "visibility": "private"}, "sign in"),
        ([], "JSON object"),
    ],
)
def test_what_cannot_be_kept_says_why(client: FlaskClient, body: Any, says: str) -> None:
    response = client.post("/play/snippets", json=body)
    assert response.status_code == 400
    assert says in response.json["error"]


def test_without_an_account_it_is_nobodys(client: FlaskClient) -> None:
    made = client.post("/play/snippets", json={"files": ONE}).json
    assert (made["own"], made["owner"]) == (False, None)
    assert client.get(made["url"]).status_code == 200
    assert client.put(f"/play/snippets/{made['id']}", json={"title": "x"}).status_code == 403


def test_the_api_keeps_a_program(app: Flask, student: User) -> None:
    client = app.test_client()
    body = {"code": ONE["main.go"], "title": "From a script"}
    told = client.post("/api/save", json=body, headers=bearer(student, "t")).json
    assert told["url"].endswith(f"/play/{told['id']}")
    assert [one.public_id for one in snippets.own(student)] == [told["id"]]
    assert client.post("/api/save", json={"code": "x" * 200_000}).status_code == 413
    assert client.post("/api/save", json={"title": "x"}).status_code == 400


def test_a_frame_elsewhere_may_show_it_and_nothing_else(app: Flask, student: User) -> None:
    made = snippets.create(student, {"main.go": "package main // </script><b>\n"})
    client = sign_in(app, student)
    embedded = client.get(f"/embed/{made.public_id}")
    assert "X-Frame-Options" not in embedded.headers
    assert "frame-ancestors *" in embedded.headers["Content-Security-Policy"]
    assert "</script><b>" not in embedded.text
    page = client.get(f"/play/{made.public_id}")
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    script = client.get("/embed.js")
    assert script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    own = snippets.get(made.public_id, student)
    snippets.change(own, student, {"visibility": "private"})
    assert client.get(f"/embed/{made.public_id}").status_code == 404
