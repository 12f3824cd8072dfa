"""Snippets: keeping, sharing and forking the playground's programs.

Whoever has the address of an unlisted snippet can read it; a private one only its
owner. Saving never overwrites: each change of the files is a version of its own. What
is deleted can be brought back by its owner.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, cast, func, or_, select
from sqlalchemy import Text as SqlText

from judge import projects
from judge.db import session
from judge.errors import Forbidden, NotFound, UserError
from judge.models import Snippet, SnippetVersion, User

VISIBILITIES = ("private", "unlisted", "public")
MAX_TITLE_CHARACTERS = 120
MAX_OWN = 2000
MAX_VERSIONS = 1000
UNTITLED = "Untitled"
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz"
"""Without those that look alike."""
_ID_CHARACTERS = 11
_READ_AT_ONCE = 20


class BadSnippet(UserError):
    """What cannot be kept; the text says why."""


def create(
    owner: User | None,
    files: object,
    *,
    language: object = "go",
    title: object = "",
    visibility: object = "unlisted",
    forked_from: Snippet | None = None,
    most_bytes: int | None = None,
) -> Snippet:
    """Keep `files` under a new id.

    :param most_bytes: what all versions of all snippets of an owner may have together.

    :raises BadSnippet: title or visibility cannot be, or there are too many already.
    :raises projects.BadFiles: files that could never be run.
    """
    checked = projects.check(files, language)
    if owner is None and visibility == "private":
        raise BadSnippet("a private snippet needs an owner: sign in first")
    if owner is not None and _count(owner) >= MAX_OWN:
        raise BadSnippet(f"you have {MAX_OWN} snippets; delete some that you do not need")
    size = _size(checked)
    _check_room(owner, size, most_bytes)
    made = Snippet(
        public_id="".join(secrets.choice(_ALPHABET) for _ in range(_ID_CHARACTERS)),
        owner=owner,
        title=_title(title),
        language=str(language),
        visibility=_visibility(visibility),
        forked_from=forked_from,
        size=size,
    )
    session.add(made)
    session.flush()
    session.add(SnippetVersion(snippet_id=made.id, number=1, files=checked))
    session.commit()
    return made


def change(
    snippet: Snippet,
    user: User | None,
    changes: Mapping[str, Any],
    most_bytes: int | None = None,
) -> Snippet:
    """Apply those of "files", "title", "visibility" that `changes` has, all or none.

    :param most_bytes: as for `create`.

    :raises Forbidden: `user` is not its owner.
    :raises BadSnippet: what cannot be.
    """
    _own(snippet, user)
    title = _title(changes["title"]) if "title" in changes else snippet.title
    visibility = snippet.visibility
    if "visibility" in changes:
        visibility = _visibility(changes["visibility"])
    files = projects.check(changes["files"], snippet.language) if "files" in changes else None
    # The row is locked, so two pages that save at once make two versions.
    session.refresh(snippet, with_for_update={"of": Snippet})
    if files is not None and files != files_of(snippet):
        if snippet.version >= MAX_VERSIONS:
            raise BadSnippet(f"there are {MAX_VERSIONS} versions; save it as a new snippet")
        size = _size(files)
        _check_room(user, size, most_bytes)
        snippet.version += 1
        snippet.size += size
        session.add(SnippetVersion(snippet_id=snippet.id, number=snippet.version, files=files))
        snippet.updated_at = func.clock_timestamp()
    snippet.title, snippet.visibility = title, visibility
    session.commit()
    session.refresh(snippet)
    return snippet


def get(public_id: str, user: User | None) -> Snippet:
    """The snippet, if `user` may see it.

    :raises NotFound: there is none for them.
    """
    found = session.scalars(select(Snippet).where(Snippet.public_id == public_id)).one_or_none()
    if found is None or found.deleted_at is not None or not _may_see(found, user):
        raise NotFound("there is no such snippet")
    return found


def get_deleted(public_id: str, user: User) -> Snippet:
    """One's own snippet, deleted or not.

    :raises NotFound: there is none.
    """
    own = (Snippet.public_id == public_id, Snippet.owner_id == user.id)
    found = session.scalars(select(Snippet).where(*own)).one_or_none()
    if found is None:
        raise NotFound("there is no such snippet")
    return found


def files_of(snippet: Snippet, number: int | None = None) -> dict[str, str]:
    """The files of a version; None: the newest.

    :raises NotFound: there is no such version.
    """
    found = session.get(SnippetVersion, (snippet.id, number or snippet.version))
    if found is None:
        raise NotFound(f"version {number} does not exist; the newest is {snippet.version}")
    return found.files


def versions(snippet: Snippet) -> Sequence[SnippetVersion]:
    """Every version, newest first."""
    wanted = select(SnippetVersion).where(SnippetVersion.snippet_id == snippet.id)
    return session.scalars(wanted.order_by(SnippetVersion.number.desc())).all()


def newest_first(snippet: Snippet) -> Iterator[SnippetVersion]:
    """Every version, read as it is asked for: together they can have much."""
    wanted = select(SnippetVersion).where(SnippetVersion.snippet_id == snippet.id)
    ordered = wanted.order_by(SnippetVersion.number.desc())
    yield from session.scalars(ordered.execution_options(yield_per=_READ_AT_ONCE))


def own(user: User, query: str = "", limit: int = 200) -> Sequence[Snippet]:
    """One's own snippets, the last changed first; those with `query` in title or files."""
    wanted = select(Snippet).where(Snippet.owner_id == user.id, Snippet.deleted_at.is_(None))
    if query:
        wanted = wanted.join(
            SnippetVersion,
            (SnippetVersion.snippet_id == Snippet.id) & (SnippetVersion.number == Snippet.version),
        ).where(_has(query))
    return session.scalars(wanted.order_by(Snippet.updated_at.desc()).limit(limit)).unique().all()


def delete(snippet: Snippet, user: User | None) -> None:
    """Take it out of sight.

    :raises Forbidden: `user` is not its owner.
    """
    _own(snippet, user)
    snippet.deleted_at = func.clock_timestamp()
    session.commit()


def restore(snippet: Snippet, user: User | None) -> None:
    """Bring it back.

    :raises Forbidden: `user` is not its owner.
    """
    _own(snippet, user)
    snippet.deleted_at = None
    session.commit()


def may_change(snippet: Snippet, user: User | None) -> bool:
    """Whether `user` owns it."""
    return user is not None and snippet.owner_id == user.id


def _has(query: str) -> ColumnElement[bool]:
    escaped = query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    pattern = f"%{escaped}%"
    # As JSON has it: a quote or a line end in the query is looked for as it is written there.
    return or_(
        Snippet.title.ilike(pattern, escape="\\"),
        cast(SnippetVersion.files, SqlText).ilike(pattern, escape="\\"),
    )


def _count(user: User) -> int:
    wanted = select(func.count()).where(Snippet.owner_id == user.id, Snippet.deleted_at.is_(None))
    return session.scalar(wanted) or 0


def _size(files: Mapping[str, str]) -> int:
    return sum(len(name.encode()) + len(text.encode()) for name, text in files.items())


def _check_room(owner: User | None, size: int, most: int | None) -> None:
    """Deleted snippets count: they can be brought back.

    :raises BadSnippet: there is not so much room.
    """
    if owner is None or most is None:
        return
    total = select(func.sum(Snippet.size)).where(Snippet.owner_id == owner.id)
    held = int(session.scalar(total) or 0)
    if held + size > most:
        raise BadSnippet(
            f"your snippets have {held >> 10} KiB with all their versions; "
            f"at most {most >> 20} MiB are kept for an account. Download what you need"
        )


def _may_see(snippet: Snippet, user: User | None) -> bool:
    return snippet.visibility != "private" or may_change(snippet, user)


def _own(snippet: Snippet, user: User | None) -> None:
    if not may_change(snippet, user):
        raise Forbidden("only its owner may change a snippet; fork it to have one of your own")


def _title(found: object) -> str:
    if not isinstance(found, str):
        raise BadSnippet("title must be a text")
    title = " ".join(found.split())
    if len(title) > MAX_TITLE_CHARACTERS:
        raise BadSnippet(f"a title may have {MAX_TITLE_CHARACTERS} characters")
    if not title.isprintable():
        raise BadSnippet("a title may have letters, digits and signs that can be seen")
    return title or UNTITLED


def _visibility(found: object) -> str:
    if found not in VISIBILITIES:
        raise BadSnippet(f"visibility must be one of {', '.join(VISIBILITIES)}")
    return str(found)
