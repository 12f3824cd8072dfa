from __future__ import annotations

import pytest

from judge import accounts, db, demo
from judge.accounts import BadAccount
from judge.config import Settings
from judge.errors import Conflict, Forbidden, NotFound, UserError
from judge.models import User
from tests.integration.conftest import PASSWORD, make_user


def test_the_password_is_known_by_its_hash_only(servers: Settings) -> None:
    made = accounts.register("stina", PASSWORD, "Stina")
    assert PASSWORD not in made.password_hash
    assert made.password_hash.startswith("$argon2id$")
    found = accounts.authenticate("stina", PASSWORD)
    assert found is not None and found.id == made.id
    assert accounts.authenticate("stina", PASSWORD + "x") is None
    assert accounts.authenticate("nobody", PASSWORD) is None


@pytest.mark.parametrize("same", ["STINA", "\uff53\uff54\uff49\uff4e\uff41", "Stina", "\ufb06ina"])
def test_names_that_look_the_same_are_the_same(servers: Settings, same: str) -> None:
    make_user("stina")
    with pytest.raises(Conflict):
        accounts.register(same, PASSWORD, "Another")
    found = accounts.authenticate(same, PASSWORD)
    assert found is not None and found.username == "stina"


@pytest.mark.parametrize(
    ("username", "password", "said"),
    [
        ("a", PASSWORD, "2 to 40"),
        ("x" * 41, PASSWORD, "2 to 40"),
        ("a b", PASSWORD, "letters"),
        ("../a", PASSWORD, "letters"),
        ("-ab", PASSWORD, "letters"),
        ("stina", "short", "10 to 200"),
        ("stina", "x" * 201, "10 to 200"),
        ("stinastina", "StinaStina", "must not be the username"),
    ],
)
def test_what_an_account_cannot_have(
    servers: Settings, username: str, password: str, said: str
) -> None:
    with pytest.raises(BadAccount, match=said):
        accounts.register(username, password, "Stina")


def test_a_display_name_cannot_turn_the_page_around(servers: Settings) -> None:
    made = accounts.register("stina", PASSWORD, "Sti\u202ena\n <b>")
    assert made.display_name == "Stina <b>"
    with pytest.raises(BadAccount, match="display name"):
        accounts.register("otto", PASSWORD, "\u200b")


def test_disabling_ends_sessions_and_tokens_at_once(student: User) -> None:
    key = student.get_id()
    token = accounts.create_token(student, "script")
    assert accounts.of_session(key) is not None
    assert accounts.of_token(token) is not None
    accounts.set_active(student, active=False)
    assert accounts.of_session(key) is None
    assert accounts.of_token(token) is None
    assert accounts.authenticate("stina", PASSWORD) is None
    accounts.set_active(student, active=True)
    assert accounts.of_session(key) is None, "an old session stays ended"
    assert accounts.of_session(student.get_id()) is not None


@pytest.mark.parametrize("key", ["", "1", "x:y", "1:", ":0", "²:0", "1:0:0", "9" * 30 + ":0"])
def test_a_made_up_session_is_nobodys(student: User, key: str) -> None:
    assert accounts.of_session(key) is None


def test_a_token_is_shown_once(student: User) -> None:
    token = accounts.create_token(student, "script")
    found = accounts.of_token(token)
    assert found is not None and found.id == student.id
    assert accounts.of_token("judge_made-up") is None
    with pytest.raises(Conflict, match="script"):
        accounts.create_token(student, "script")


def test_only_staff_may(student: User) -> None:
    with pytest.raises(Forbidden):
        accounts.require_staff(student)
    accounts.require_staff(make_user("inga", "instructor"))
    with pytest.raises(NotFound):
        accounts.by_username("nobody")


def test_demo_accounts_are_made_once_and_never_in_production(servers: Settings) -> None:
    from dataclasses import replace

    for _ in range(2):
        assert list(demo.load(servers, demo.COURSES / "none")) == []
    admin = accounts.authenticate("admin", "demo-admin")
    assert admin is not None and admin.role == "admin"
    with pytest.raises(UserError, match="production"):
        list(demo.load(replace(servers, env="production")))
    db.release()
