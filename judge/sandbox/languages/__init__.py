"""The languages beside Go: each is a module with a recipe for its root file system.

To add one: a module with a `LANGUAGE`, its name in `ALL`, a test program in
``tests/e2e/test_languages.py``. The runner reads what it has to know from
``/language.json`` (`runner/internal/work/script.go`); nothing else changes.
"""

from __future__ import annotations

from judge.errors import UserError
from judge.sandbox.languages import javascript, python
from judge.sandbox.languages.recipe import Language

ALL: dict[str, Language] = {
    language.name: language for language in (python.LANGUAGE, javascript.LANGUAGE)
}


def get(name: str) -> Language:
    """The language of that name.

    :raises UserError: there is none.
    """
    if name not in ALL:
        raise UserError(f"there is no language {name!r}; there are: go, {', '.join(ALL)}")
    return ALL[name]
