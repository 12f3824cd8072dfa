"""The playground's pages: a program of one's own, examples, and snippets that are kept."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    current_app,
    jsonify,
    render_template,
    request,
    send_file,
    send_from_directory,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from judge import examples as shelf
from judge import exports, gomod, pictures, projects, snippets
from judge.config import Settings
from judge.errors import NotFound
from judge.models import Snippet, User
from judge.sandbox import languages
from judge.web import assets, security
from judge.web.code import code_lines
from judge.web.shapes import public_address, snippet_address
from judge.web.viewer import login_required, viewer, viewer_or_none

HELLO = {
    "go": {
        "main.go": 'package main\n\nimport "fmt"\n\nfunc main() {\n'
        '\tfmt.Println("Hello, world")\n}\n'
    },
    "python": {"main.py": 'name = input("Who are you? ")\nprint(f"Hello, {name}")\n'},
    "javascript": {"main.js": 'console.log("Hello, world");\n'},
}
"""The first program in each language."""
TITLES = {"go": "Go", **{one.name: one.title for one in languages.ALL.values()}}

GO_MOD = gomod.write("example.com/play")
"""What a Go program gets with its first folder."""

EMBED_SCRIPT_SECONDS = 3600
PICTURE_SECONDS = 24 * 3600

blueprint = Blueprint("playground", __name__)


@blueprint.get("/play")
def play() -> ResponseReturnValue:
    """A program of one's own in `?language=`: what was last written here, else a first one."""
    language = request.args.get("language", "go")
    if language not in HELLO:
        raise NotFound(f"there is no language {language!r} here")
    key = "own" if language == "go" else f"own:{language}"
    return _page({"files": HELLO[language], "key": key, "language": language})


@blueprint.get("/play/examples")
def examples() -> ResponseReturnValue:
    """All examples by topic."""
    return render_template("playground/examples.html", topics=shelf.topics())


@blueprint.get("/play/examples/<topic>/<name>")
def example(topic: str, name: str) -> ResponseReturnValue:
    """An example, to run and to change."""
    found = shelf.get(topic, name)
    data = {
        "files": found.files,
        "key": f"example:{topic}/{name}",
        "title": found.title,
        "language": "go",
    }
    drawn = url_for(".example_picture", topic=topic, name=name)
    return _page(data, title=found.title, summary=found.summary, drawn=drawn)


@blueprint.get("/play/examples/<topic>/<name>/picture.png")
def example_picture(topic: str, name: str) -> ResponseReturnValue:
    """The example for where its address is shared."""
    found = shelf.get(topic, name)
    return _picture(found.title, "An example in Go", found.files)


@blueprint.get("/play/<public_id>/picture.png")
def picture(public_id: str) -> ResponseReturnValue:
    """The snippet for where its address is shared; a private one has none, not for its owner."""
    found = snippets.get(public_id, None)
    by = f" by {found.owner.display_name}" if found.owner else ""
    return _picture(found.title, f"{TITLES[found.language]}{by}", snippets.files_of(found))


@blueprint.get("/play/<public_id>")
def snippet(public_id: str) -> ResponseReturnValue:
    """A snippet, in its newest version or in `?version=`."""
    found = snippets.get(public_id, viewer_or_none())
    number = request.args.get("version", type=int)
    user = viewer_or_none()
    data = {
        "files": snippets.files_of(found, number),
        "key": f"snippet:{public_id}:{number or found.version}",
        "title": found.title,
        "language": found.language,
        "snippet": _told(found, user) | {"shown": number or found.version},
    }
    drawn = ""
    if found.visibility != "private":
        # A new version is a new address, for those who keep pictures by it.
        drawn = url_for(".picture", public_id=public_id, version=found.version)
    return _page(data, title=found.title, snippet=found, drawn=drawn)


@blueprint.get("/play/<public_id>/versions")
def versions(public_id: str) -> ResponseReturnValue:
    """Its versions, newest first: `{"versions": [{"number", "created", "url"}]}`."""
    found = snippets.get(public_id, viewer_or_none())
    listed = [
        {
            "number": version.number,
            "created": version.created_at.isoformat(),
            "url": snippet_address(found, version.number),
        }
        for version in snippets.versions(found)
    ]
    return jsonify(versions=listed)


@blueprint.get("/snippets")
@login_required
def own() -> ResponseReturnValue:
    """One's own snippets, with search."""
    query = request.args.get("q", "").strip()[:200]
    found = snippets.own(viewer(), query)
    return render_template("playground/own.html", snippets=found, query=query)


@blueprint.post("/play/snippets")
def save() -> ResponseReturnValue:
    """Keep `{"files", "title", "visibility", "forked_from"}` as a new snippet."""
    body = _body()
    user = viewer_or_none()
    made = snippets.create(
        user,
        body.get("files"),
        language=body.get("language", "go"),
        title=body.get("title", ""),
        visibility=body.get("visibility", "unlisted"),
        forked_from=_named(body, "forked_from"),
        most_bytes=_most_bytes(),
    )
    return jsonify(_told(made, user)), 201


@blueprint.post("/play/download/<form>")
def download(form: str) -> ResponseReturnValue:
    """Take `{"files", "language", "title", "snippet"}` away as one file (`exports.FORMS`)."""
    body = _body()
    made = exports.pack(
        form,
        body.get("files"),
        language=body.get("language", "go"),
        title=body.get("title", ""),
        snippet=_named(body, "snippet"),
    )
    return send_file(
        BytesIO(made.data), made.media_type, as_attachment=True, download_name=made.name
    )


@blueprint.put("/play/snippets/<public_id>")
def change(public_id: str) -> ResponseReturnValue:
    """Change those of "files", "title" and "visibility" that the body has."""
    user = viewer_or_none()
    changed = snippets.change(snippets.get(public_id, user), user, _body(), _most_bytes())
    return jsonify(_told(changed, user))


@blueprint.post("/play/snippets/<public_id>/delete")
@login_required
def delete(public_id: str) -> ResponseReturnValue:
    """Take it out of sight; `restore` brings it back."""
    snippets.delete(snippets.get(public_id, viewer()), viewer())
    return jsonify(deleted=public_id)


@blueprint.post("/play/snippets/<public_id>/restore")
@login_required
def restore(public_id: str) -> ResponseReturnValue:
    """Bring a deleted one back."""
    snippets.restore(snippets.get_deleted(public_id, viewer()), viewer())
    return jsonify(restored=public_id)


@blueprint.get("/embed/<public_id>")
def embed(public_id: str) -> ResponseReturnValue:
    """A snippet for a frame in somebody else's page: it shows the code and runs it."""
    found = snippets.get(public_id, None)
    files = snippets.files_of(found)
    security.allow_framing()
    return render_template(
        "playground/embed.html",
        data={"files": files, "language": found.language},
        files=[(name, code_lines(name, text)) for name, text in files.items()],
        title=found.title,
        address=snippet_address(found),
    )


@blueprint.get("/embed.js")
def embed_script() -> ResponseReturnValue:
    """Puts a frame in the place of every `<div data-judge-snippet="ID">` of a page."""
    response = send_from_directory(Path(__file__).parent, "embed.js", max_age=EMBED_SCRIPT_SECONDS)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _picture(title: str, by: str, files: Mapping[str, str]) -> ResponseReturnValue:
    fonts = assets.load()
    sans, mono = fonts.font(assets.SANS), fonts.font(assets.MONO)
    if sans is None or mono is None:
        raise NotFound("there are no pictures before the pages are built: make setup")
    name = next((name for name in files if name.startswith("main.")), next(iter(files)))
    drawn = pictures.draw(title, by, name, files[name], sans, mono)
    response = send_file(BytesIO(drawn), "image/png", max_age=PICTURE_SECONDS)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _page(
    data: dict[str, Any],
    title: str = "",
    summary: str = "",
    snippet: Snippet | None = None,
    drawn: str = "",
) -> ResponseReturnValue:
    data["signedIn"] = viewer_or_none() is not None
    data["goMod"] = GO_MOD
    settings: Settings = current_app.extensions["judge"]
    # Who is signed in has a language server.
    data["checks"] = not data["signedIn"] and settings.anonymous_run
    data["imports"] = settings.import_on
    data["modules"] = settings.module_proxy != ""
    data["extensions"] = projects.extensions(data["language"])
    data["tests"] = projects.test_pattern(data["language"])
    return render_template(
        "playground/play.html",
        data=data,
        title=title,
        summary=summary,
        snippet=snippet,
        address=snippet_address(snippet) if snippet else public_address(request.path),
        picture=public_address(drawn) if drawn else "",
        picture_size=(pictures.WIDTH, pictures.HEIGHT),
        languages=TITLES,
    )


def _told(found: Snippet, user: User | None) -> dict[str, Any]:
    return {
        "id": found.public_id,
        "url": snippet_address(found),
        "title": found.title,
        "visibility": found.visibility,
        "version": found.version,
        "own": snippets.may_change(found, user),
        "owner": found.owner.display_name if found.owner else None,
    }


def _most_bytes() -> int:
    settings: Settings = current_app.extensions["judge"]
    return settings.snippets_mb << 20


def _named(body: dict[str, Any], key: str) -> Snippet | None:
    """The snippet whose id is under `key`, if any is."""
    public_id = body.get(key)
    return snippets.get(public_id, viewer_or_none()) if isinstance(public_id, str) else None


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise BadRequest("the body must be a JSON object")
    return body
