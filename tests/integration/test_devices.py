"""Signing in a program: it shows a code, a person approves it, and it gets a token once."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from judge import accounts, devices
from judge.errors import NotFound
from judge.models import User
from tests.integration.conftest import sign_in


def begun(client: FlaskClient) -> dict[str, Any]:
    told = client.post("/api/v1/device/codes", json={"name": "judge-cli on a laptop"})
    assert told.status_code == 200
    return dict(told.json)


def collected(client: FlaskClient, codes: dict[str, Any]) -> Any:
    return client.post("/api/v1/device/token", json={"device_code": codes["device_code"]})


def test_from_code_to_token(app: Flask, client: FlaskClient, student: User) -> None:
    codes = begun(client)
    assert collected(client, codes).json == {"token": None, "username": None}
    person = sign_in(app, student)
    page = person.get(codes["verification_uri_complete"])
    assert "judge-cli on a laptop" in page.text and codes["user_code"] in page.text
    # As people type: small, without the dash, with blanks.
    typed = f" {codes['user_code'].lower().replace('-', ' ')}"
    done = person.post("/device", data={"code": typed}, follow_redirects=True)
    assert "is connected" in done.text
    told = collected(client, codes).json
    assert told["username"] == student.username
    user = accounts.of_token(told["token"])
    assert user is not None and user.id == student.id
    assert collected(client, codes).status_code == 404, "a token is given once"


def test_a_code_works_once_and_for_its_program_only(
    app: Flask, client: FlaskClient, student: User
) -> None:
    first, second = begun(client), begun(client)
    person = sign_in(app, student)
    assert person.post("/device", data={"code": first["user_code"]}).status_code == 302
    assert person.post("/device", data={"code": first["user_code"]}).status_code == 404
    assert collected(client, second).json["token"] is None
    with pytest.raises(NotFound):
        devices.collect(first["user_code"])


@pytest.mark.parametrize("name", ["", " ", None, 3, "x" * 61, "a\nb"])
def test_a_program_says_who_it_is(client: FlaskClient, name: Any) -> None:
    assert client.post("/api/v1/device/codes", json={"name": name}).status_code == 400


def test_a_strange_code_is_refused_in_words(app: Flask, student: User) -> None:
    person = sign_in(app, student)
    for answer in (person.get("/device?code=AAAA-AAAA"), person.post("/device", data={})):
        assert answer.status_code == 404
        assert "There is no such code" in answer.text


def test_what_a_program_calls_itself_is_inert(
    app: Flask, client: FlaskClient, student: User
) -> None:
    name = "<script>alert(1)</script>"
    codes = client.post("/api/v1/device/codes", json={"name": name}).json
    page = sign_in(app, student).get(f"/device?code={codes['user_code']}").text
    assert name not in page and "&lt;script&gt;" in page
