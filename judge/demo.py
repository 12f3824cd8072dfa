"""What a fresh installation has to show: three accounts, and the courses of this repository."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from judge import accounts, curriculum
from judge.config import Settings
from judge.curriculum import Imported
from judge.errors import UserError
from judge.models import Role

COURSES = Path(__file__).resolve().parents[1] / "problems"
ACCOUNTS: tuple[Role, ...] = ("student", "instructor", "admin")
"""Their names are their roles; the passwords are ``demo-<name>``."""


def load(settings: Settings, folder: Path = COURSES) -> Iterator[Imported]:
    """Make the demo accounts and bring in every course below `folder`, one after the other.

    :raises UserError: in production, where well-known passwords have no place.
    """
    if settings.production:
        raise UserError("demo accounts have well-known passwords and are not for production")
    for role in ACCOUNTS:
        accounts.ensure_demo(role, role)
    for course in sorted(folder.glob(f"*/{curriculum.FILE}")):
        yield curriculum.import_course(course.parent)
