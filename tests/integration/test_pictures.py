"""What is shown where the address of a program is shared, and what is not."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from PIL.ImageFile import ImageFile

from judge import pictures, snippets
from judge.models import User
from tests.integration.conftest import sign_in

CODE = {"a.go": "package main\n", "main.go": 'package main\n\nconst word = "a word"\n'}


def told(page: str) -> dict[str, str]:
    return dict(
        re.findall(r'<meta (?:property|name)="((?:og|twitter):[\w:]+)" content="([^"]*)"', page)
    )


def picture(client: FlaskClient, address: str) -> ImageFile:
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert answer.cache_control.max_age
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    found = Image.open(BytesIO(answer.data))
    assert found.size == (pictures.WIDTH, pictures.HEIGHT)
    return found


def test_a_shared_snippet_has_a_picture_of_its_code(app: Flask, student: User) -> None:
    public_id = snippets.create(student, CODE, title='Quotes " and <tags>').public_id
    page, stranger = f"/play/{public_id}", app.test_client()
    found = told(stranger.get(page).text)
    assert found["og:title"] == "Quotes &#34; and &lt;tags&gt;"
    assert found["twitter:card"] == "summary_large_image"
    first = found["og:image"]
    shown = picture(stranger, first)
    # The text in quotes has the colour that Pygments gives it.
    assert any(near(pixel, (0xA5, 0xD6, 0xFF)) for _, pixel in shown.getcolors(1 << 20))
    change(public_id, student, files={"main.go": "package main\n\n// another\n"})
    second = told(stranger.get(page).text)["og:image"]
    assert second != first
    assert picture(stranger, second).tobytes() != shown.tobytes()


def change(public_id: str, user: User, **changes: object) -> None:
    snippets.change(snippets.get(public_id, user), user, changes)


def near(pixel: object, colour: tuple[int, int, int]) -> bool:
    return isinstance(pixel, tuple) and all(
        abs(have - want) < 12 for have, want in zip(pixel, colour, strict=True)
    )


def test_what_is_private_or_deleted_has_none(app: Flask, student: User) -> None:
    public_id = snippets.create(student, CODE, title="Secret", visibility="private").public_id
    owner = sign_in(app, student)
    address = f"/play/{public_id}/picture.png"
    assert told(owner.get(f"/play/{public_id}").text) == {}
    change(public_id, student, visibility="public")
    assert owner.get(address).status_code == 200
    change(public_id, student, visibility="private")
    assert owner.get(address).status_code == 404
    change(public_id, student, visibility="public")
    snippets.delete(snippets.get(public_id, student), student)
    assert owner.get(address).status_code == 404


def test_an_example_has_one_and_the_empty_playground_has_none(client: FlaskClient) -> None:
    found = told(client.get("/play/examples/first-steps/hello").text)
    assert found["og:url"].endswith("/play/examples/first-steps/hello")
    picture(client, found["og:image"])
    assert told(client.get("/play").text) == {}


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("W" * 120, "x" * 250_000),
        ("日本語 שלום 🎉", "\t\t\x1b[31m\u202e\r\n" * 5000),
        ("empty", ""),
        ("open", '/* never closed "' * 2000 + "\n" * 10_000),
    ],
)
def test_odd_texts_are_drawn_all_the_same(
    client: FlaskClient, student: User, title: str, text: str
) -> None:
    made = snippets.create(student, {"main.go": text}, title=title, visibility="public")
    picture(client, f"/play/{made.public_id}/picture.png")
