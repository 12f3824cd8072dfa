"""The forms of the pages. What a name or password may be is `accounts`' business."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length, Optional


class LoginForm(FlaskForm):
    """Name and password."""

    username = StringField("Username", [DataRequired("Type your username.")])
    password = PasswordField("Password", [DataRequired("Type your password.")])


class RegisterForm(FlaskForm):
    """A new account. The display name may be empty: then the username is shown."""

    username = StringField(
        "Username",
        [
            DataRequired("Choose a username."),
            Length(2, 40, "A username has between 2 and 40 characters."),
        ],
    )
    display_name = StringField(
        "Display name", [Optional(), Length(max=80, message="At most 80 characters.")]
    )
    password = PasswordField(
        "Password",
        [
            DataRequired("Choose a password."),
            Length(10, 200, "Use at least 10 characters."),
        ],
    )
