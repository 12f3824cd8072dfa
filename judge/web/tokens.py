"""Tokens of one's own: for git, `judge-cli` and programs that speak the API."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from judge import accounts, problems
from judge.errors import UserError
from judge.web.shapes import public_address
from judge.web.viewer import login_required, viewer

blueprint = Blueprint("tokens", __name__)


@blueprint.get("/account/tokens")
@login_required
def own() -> ResponseReturnValue:
    """One's tokens, without what they are."""
    return render_template("account/tokens.html", tokens=accounts.tokens(viewer()), made=None)


@blueprint.post("/account/tokens")
@login_required
def create() -> ResponseReturnValue:
    """Create token."""
    name = request.form.get("name", "")
    try:
        token = accounts.create_token(viewer(), name)
    except UserError as error:
        page = render_template(
            "account/tokens.html",
            tokens=accounts.tokens(viewer()), made=None, wrong=str(error), name=name,
        )  # fmt: skip
        return page, 422
    # Shown in this answer and kept nowhere. A reload asks again, and is told that there is
    # a token of this name already.
    page = render_template(
        "account/tokens.html",
        tokens=accounts.tokens(viewer()), made={"name": name.strip(), "token": token},
    )  # fmt: skip
    return page, 200, {"Cache-Control": "no-store"}


@blueprint.post("/account/tokens/<int:token_id>/revoke")
@login_required
def revoke(token_id: int) -> ResponseReturnValue:
    """Take a token away."""
    name = accounts.revoke_token(viewer(), token_id)
    flash(f"The token {name} is revoked.", "done")
    return redirect(url_for("tokens.own"))


@blueprint.get("/problems/<slug>/git")
@login_required
def work(slug: str) -> ResponseReturnValue:
    """How to work on a problem with git."""
    problem = problems.by_slug(slug)
    address = public_address(url_for("git.refs", slug=slug)).removesuffix("/info/refs")
    scheme, _, rest = address.partition("://")
    return render_template(
        "problems/git.html",
        problem=problem,
        solution=problems.view(problem).solution,
        clone=f"git clone {scheme}://{viewer().username}@{rest}",
    )
