"""Registering, signing in and out."""

from __future__ import annotations

import re

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from judge import accounts
from judge.errors import UserError
from judge.web import security
from judge.web.assets import sentence
from judge.web.forms import LoginForm, RegisterForm
from judge.web.viewer import sign_in, sign_out, viewer_or_none

_OWN_PATH = re.compile(r"/(?![/.\\])[!-\[\]-~]*\Z")
"""A path on this host. Browsers drop control characters, and take a backslash for a slash."""

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
            security.remember_device(user)
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
            security.remember_device(user)
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


@blueprint.get("/session.json")
def current() -> ResponseReturnValue:
    """Who is signed in and the CSRF token of the session, for pages that were open meanwhile."""
    user = viewer_or_none()
    told = jsonify(user=user.username if user else None, csrf_token=generate_csrf())
    told.headers["Cache-Control"] = "no-store"
    return told


def _target() -> str:
    """Where `next` leads, if that is a path of ours; else the courses."""
    target = request.args.get("next", "")
    return target if _OWN_PATH.match(target) else url_for("pages.home")
