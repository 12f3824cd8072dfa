"""What is remembered between calls: where the judge is and its token; in a folder, its problem."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

MARK = ".judge.json"


class ConfigError(Exception):
    """Something is not set up; the text is one line that says what to do."""


@dataclass(frozen=True)
class Account:
    """Where we are signed in, and as whom."""

    url: str
    token: str
    username: str


@dataclass(frozen=True)
class Place:
    """A folder with a downloaded problem."""

    folder: Path
    url: str
    slug: str
    kind: str
    solution: list[str]
    """Names that are handed in; others only if `extra`."""
    extra: bool
    given: list[str]
    """Names that came with the problem and are not handed in."""
    language: str = "go"
    checker: str = "lines"
    """How a case's output is compared: see `compare`."""
    tolerance: float = 1e-6


def path() -> Path:
    """The file with the account."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "judge-cli" / "config.json"


def load() -> Account:
    """The account. Raises ConfigError where there is none."""
    try:
        return Account(**json.loads(path().read_text("utf-8")))
    except FileNotFoundError:
        raise ConfigError("sign in first: judge-cli login https://…") from None
    except (OSError, ValueError, TypeError) as error:
        raise ConfigError(f"{path()} cannot be read ({error}); sign in again") from None


def save(account: Account) -> None:
    """Keep the account where only its owner can read it."""
    file = path()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = file.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(asdict(account), stream)
    new.replace(file)


def forget() -> bool:
    """Forget the account; whether there was one."""
    try:
        path().unlink()
    except FileNotFoundError:
        return False
    return True


def mark(place: Place) -> None:
    """Remember in its folder which problem it is."""
    kept = asdict(place)
    del kept["folder"]
    (place.folder / MARK).write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


def here(start: Path) -> Place:
    """The problem whose folder `start` is, or lies in. Raises ConfigError where there is none."""
    for folder in (start.resolve(), *start.resolve().parents):
        file = folder / MARK
        if file.is_file():
            try:
                return Place(folder, **json.loads(file.read_text("utf-8")))
            except (OSError, ValueError, TypeError) as error:
                raise ConfigError(f"{file} cannot be read ({error}); download it again") from None
    raise ConfigError("this is no problem's folder: judge-cli download SLUG, then go into it")
