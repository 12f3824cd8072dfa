"""Registering, signing in and out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from judge import accounts
from judge.errors import UserError
from judge.web.assets import sentence
from judge.web.forms import LoginForm, RegisterForm
from judge.web.viewer import sign_in, sign_out, viewer_or_none

blueprint = Blueprint("auth", __name__)


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """The sign-in page; back to where one came from afterwards."""
    if viewer_or_none() is not None:
        return redirect(_target())
    form = LoginForm()
    wrong = ""
    if form.validate_on_submit():
        user = accounts.authenticate(form.username.data or "", form.password.data or "")
        if user is not None:
            sign_in(user)
            return redirect(_target())
        wrong = "Incorrect username or password."
    status = 401 if wrong else 200
    return render_template("auth/login.html", form=form, wrong=wrong), status


@blueprint.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    """A new account, signed in at once."""
    if viewer_or_none() is not None:
        return redirect(_target())
    form = RegisterForm()
    wrong = ""
    if form.validate_on_submit():
        name = form.username.data or ""
        try:
            user = accounts.register(name, form.password.data or "", form.display_name.data or name)
        except UserError as error:
            wrong = sentence(str(error))
        else:
            sign_in(user)
            flash(f"Welcome, {user.display_name}.", "success")
            return redirect(_target())
    status = 400 if wrong or form.errors else 200
    return render_template("auth/register.html", form=form, wrong=wrong), status


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """Signing out."""
    sign_out()
    flash("You are signed out.", "success")
    return redirect(url_for("auth.login"))


def _target() -> str:
    """Where `next` leads, if that is a path of ours; else the courses."""
    target = request.args.get("next", "")
    parts = urlsplit(target)
    ours = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if ours and not parts.netloc and not parts.scheme else url_for("pages.home")
