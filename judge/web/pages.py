"""Home, a course's path, and the list that the command palette searches."""

from __future__ import annotations

from flask import Blueprint, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from judge import courses
from judge.models import User
from judge.web.viewer import login_required, viewer, viewer_or_none

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """The courses, with one's own progress where somebody is signed in."""
    return render_template("courses/home.html", courses=courses.all_for(viewer_or_none()))


@blueprint.get("/courses/<slug>")
@login_required
def course(slug: str) -> ResponseReturnValue:
    """The path through a course's units."""
    overview = courses.overview(courses.by_slug(slug), viewer())
    return render_template("courses/course.html", overview=overview)


@blueprint.get("/palette.json")
def palette() -> ResponseReturnValue:
    """Every page that can be reached by name: `{"pages": [{"title", "hint", "url"}]}`."""
    found = [
        {"title": "Courses", "hint": "home", "url": url_for("pages.home")},
        {"title": "Playground", "hint": "run a program", "url": url_for("playground.play")},
        {"title": "Examples", "hint": "playground", "url": url_for("playground.examples")},
    ]
    user = viewer_or_none()
    if user is None:
        found.append({"title": "Sign in", "hint": "account", "url": url_for("auth.login")})
        found.append({"title": "Register", "hint": "account", "url": url_for("auth.register")})
        return jsonify(pages=found)
    for card in courses.all_for(user):
        found += _course_pages(card.slug, user)
    return jsonify(pages=found)


def _course_pages(slug: str, user: User) -> list[dict[str, str]]:
    overview = courses.overview(courses.by_slug(slug), user)
    board = url_for("board.standings", slug=slug)
    mine = url_for("board.student", slug=slug, username=user.username)
    found = [
        {"title": overview.title, "hint": "course", "url": url_for("pages.course", slug=slug)},
        {"title": "Leaderboard", "hint": overview.title, "url": board},
        {"title": "My progress", "hint": overview.title, "url": mine},
    ]
    for unit in overview.units:
        for problem in unit.problems:
            url = url_for("workspace.problem", slug=slug, problem=problem.slug)
            found.append({"title": problem.title, "hint": unit.title, "url": url})
    return found
