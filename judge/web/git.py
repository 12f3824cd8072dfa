"""Git's smart HTTP: clone, fetch, and push, whose verdict comes back as remote messages.

Fetching is dulwich's. A push is taken here, since much of what git allows is refused
(`judge.git.repository`), and since the answer goes on while the submission is judged:
one pkt-line after another on the side band for people. See gitprotocol-http(5) and
gitprotocol-pack(5).
"""

from __future__ import annotations

import asyncio
import gzip
import time
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any, cast
from uuid import UUID

from dulwich.errors import GitProtocolError, HangupException
from dulwich.protocol import Protocol, pkt_line
from dulwich.server import BackendRepo, DictBackend, UploadPackHandler
from flask import Blueprint, Response, current_app, g, request, url_for
from flask.typing import ResponseReturnValue
from redis.exceptions import RedisError
from werkzeug.exceptions import BadRequest

from judge import accounts, db, history, problems, submissions, turns, workspaces
from judge.config import Settings
from judge.errors import UserError
from judge.git.repository import BRANCH, Refused, Repository
from judge.models import Problem, User
from judge.web import later, security
from judge.web.later import Answer, Means
from judge.web.shapes import public_address

MAX_REQUEST_BYTES = 1024 * 1024
MOST_READ_BYTES = 32 * 1024 * 1024
"""Beyond this nothing is explained: the connection is cut."""
WATCHED_SECONDS = 60.0
_LOOK_SECONDS = 0.2
_ZERO = "0" * 40
_LINE_BYTES = 60_000
_FAILED_SHOWN_LINES = 12
_CAPABILITIES = "report-status side-band-64k delete-refs ofs-delta no-thin quiet agent=judge"


class TooLarge(UserError):
    """A request over `MAX_REQUEST_BYTES`."""

    def __init__(self, beginning: bytes) -> None:
        """`beginning`: as much of it as was kept."""
        super().__init__(f"over {MAX_REQUEST_BYTES >> 20} MiB; push less at once")
        self.beginning = beginning


blueprint = Blueprint("git", __name__, url_prefix="/git")


@dataclass(frozen=True, slots=True)
class Command:
    """What a push asks for: `ref` shall go from `old` to `new`, ids in hex."""

    old: str
    new: str
    ref: str


@blueprint.before_request
def _identify() -> Response | None:
    """A user's name with an API token as the password; never a cookie."""
    given = request.authorization
    user = None
    if given is not None and given.type == "basic":
        user = accounts.of_token(given.password or "")
        if user and accounts.username_key(given.username or "") != user.username_key:
            user = None
    if user is None:
        response = Response("sign in with your user name, and an API token as the password\n", 401)
        response.headers["WWW-Authenticate"] = 'Basic realm="judge", charset="UTF-8"'
        return response
    g.token_user, g.token_user_id = user, user.id
    return None


@blueprint.get("/<slug>.git/info/refs")
def refs(slug: str) -> ResponseReturnValue:
    """Which commit the branch is at, and what we can do."""
    service = request.args.get("service", "")
    problem, user = problems.by_slug(slug), _me()
    repository = workspaces.open_repository(user, problem)
    out = BytesIO(pkt_line(f"# service={service}\n".encode()) + pkt_line(None))
    out.seek(0, 2)
    if service == "git-upload-pack":
        protocol = Protocol(BytesIO().read, out.write)
        _uploader(repository, protocol, advertise_refs=True).handle()
    elif service == "git-receive-pack":
        line = f"{repository.head} {BRANCH.decode()}\0{_CAPABILITIES}\n"
        out.write(pkt_line(line.encode()) + pkt_line(None))
    else:
        raise BadRequest("only git's smart protocol is spoken here")
    return _answer(out.getvalue(), f"{service}-advertisement")


@blueprint.post("/<slug>.git/git-upload-pack")
def fetch(slug: str) -> ResponseReturnValue:
    """Send the objects that the other side lacks."""
    repository = workspaces.open_repository(_me(), problems.by_slug(slug))
    asked, out = BytesIO(_body()), BytesIO()
    handler = _uploader(repository, Protocol(asked.read, out.write))
    try:
        handler.handle()
    except (GitProtocolError, HangupException, KeyError, ValueError) as error:
        raise BadRequest(f"that is not git's protocol: {error}") from None
    return _answer(out.getvalue(), "git-upload-pack-result")


@blueprint.post("/<slug>.git/git-receive-pack")
def receive(slug: str) -> ResponseReturnValue:
    """Take a push to the branch, hand it in, and tell how it is judged."""
    problem, user = problems.by_slug(slug), _me()
    refused = ""
    try:
        data = BytesIO(_body())
    except TooLarge as error:
        data, refused = BytesIO(error.beginning), str(error)
    commands = list(_commands(data))
    if not commands:
        return _answer(b"", "git-receive-pack-result")
    refused = refused or _refusal(commands)
    submission: UUID | None = None
    if not refused:
        try:
            submission = _hand_in(user, problem, commands[0], data.read())
        except (Refused, UserError) as error:
            db.session.rollback()
            refused = str(error)
    if submission is None:
        return _answer(_pushed(commands, refused), "git-receive-pack-result")
    link = public_address(url_for("submission_pages.show", submission_id=submission))
    # The request's own session ends before the answer does: only ids go along.
    if not later.possible():
        answer = _answered(_judged(user.id, submission, link), commands)
        return _answer(answer, "git-receive-pack-result")
    if not later.take_place():
        said = _band(2, f"Handed in. The verdict will be at {link}\n".encode())
        return _answer(said + _pushed(commands, ""), "git-receive-pack-result")
    lines = partial(_judged, user.id, submission, link)
    promised = later.promise(
        partial(_later, lines, commands), "application/x-git-receive-pack-result"
    )
    return _unbuffered(promised)


async def _later(
    lines: Callable[[], Iterator[str | Pause]], commands: list[Command], means: Means
) -> Answer:
    return Answer(200, _told(lines(), commands, means))


async def _told(
    lines: Iterator[str | Pause], commands: list[Command], means: Means
) -> AsyncIterator[bytes]:
    """As `_answered`, with a thread only for each look into the database."""
    loop = asyncio.get_running_loop()
    while (line := await loop.run_in_executor(means.threads, next, lines, None)) is not None:
        if isinstance(line, Pause):
            await asyncio.sleep(line.seconds)
        else:
            yield _band(2, f"{line}\n".encode())
    yield _pushed(commands, "")


def _answered(lines: Iterator[str | Pause], commands: list[Command]) -> Iterator[bytes]:
    """What is said while the submission is judged, then the answer proper."""
    for line in lines:
        if isinstance(line, Pause):
            time.sleep(line.seconds)
        else:
            yield _band(2, f"{line}\n".encode())
    yield _pushed(commands, "")


def _pushed(commands: list[Command], refused: str) -> bytes:
    report = pkt_line(b"unpack ok\n")
    for command in commands:
        told = f"ng {command.ref} {refused}\n" if refused else f"ok {command.ref}\n"
        report += pkt_line(told.encode())
    return _band(1, report + pkt_line(None)) + pkt_line(None)


def _uploader(
    repository: Repository, protocol: Protocol, *, advertise_refs: bool = False
) -> UploadPackHandler:
    backend = DictBackend({"/": cast("BackendRepo", repository.repo)})
    return UploadPackHandler(
        backend, ["/"], protocol, stateless_rpc=True, advertise_refs=advertise_refs
    )


def _me() -> User:
    user: User = g.token_user
    return user


def _answer(body: bytes | Iterator[bytes], kind: str) -> Response:
    return _unbuffered(Response(body, content_type=f"application/x-{kind}"))


def _unbuffered(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-cache, max-age=0, must-revalidate"
    # A proxy that collects the answer would hold back what is judged meanwhile.
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _body() -> bytes:
    """The request's body, inflated where it came so.

    :raises TooLarge: it is more than we take; with its beginning.
    """
    # Git sends what is large in chunks, without saying how much it will be.
    request.environ["wsgi.input_terminated"] = True
    request.max_content_length = MOST_READ_BYTES
    data = request.stream.read(MAX_REQUEST_BYTES + 1)
    while len(data) > MAX_REQUEST_BYTES and request.stream.read(64 * 1024):
        pass  # so that git listens to the answer
    if request.headers.get("Content-Encoding", "identity") != "identity":
        try:
            with gzip.open(BytesIO(data)) as stream:
                data = stream.read(MAX_REQUEST_BYTES + 1)
        except (OSError, EOFError, zlib.error):
            raise BadRequest("the body is not gzip, as it says") from None
    if len(data) > MAX_REQUEST_BYTES:
        raise TooLarge(data)
    return data


def _commands(data: BytesIO) -> Iterator[Command]:
    protocol = Protocol(data.read, lambda _: None)
    try:
        for line in protocol.read_pkt_seq():
            old, new, ref = line.partition(b"\0")[0].decode().rstrip("\n").split(" ", 2)
            yield Command(old, new, ref)
    except (GitProtocolError, HangupException, ValueError):
        raise BadRequest("that is not git's protocol") from None


def _refusal(commands: list[Command]) -> str:
    """Why a push is refused for what it asks, before its objects are looked at."""
    if any(command.ref != BRANCH.decode() for command in commands) or len(commands) > 1:
        return "only the branch main can be pushed: git push origin HEAD:main"
    if commands[0].new == _ZERO:
        return "the branch cannot be deleted"
    return ""


def _hand_in(user: User, problem: Problem, command: Command, data: bytes) -> UUID:
    settings: Settings = current_app.extensions["judge"]
    try:
        security.hit(current_app, security.SUBMIT, settings.limit_submit, what="submit")
    except RedisError:
        raise UserError("the judge is away for a moment; push again") from None
    return workspaces.push(user, problem, command.old, command.new, data).id


def _band(number: int, data: bytes) -> bytes:
    """`data` on a side band: 1 is the answer proper, 2 is shown to people."""
    return b"".join(
        pkt_line(bytes([number]) + data[at : at + _LINE_BYTES])
        for at in range(0, len(data), _LINE_BYTES)
    )


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing is to be said for so long."""

    seconds: float


def _judged(user_id: int, submission: UUID, link: str) -> Iterator[str | Pause]:
    """What to tell people, line by line, while the submission is judged.

    Between two lines no thread and no database connection is held.
    """
    yield ""
    yield from _watched(user_id, submission)
    yield link
    yield ""


def _watched(user_id: int, submission: UUID) -> Iterator[str | Pause]:
    said, end = "", time.monotonic() + WATCHED_SECONDS
    while time.monotonic() < end:
        told = _look(user_id, submission)
        if told["state"] == "done":
            yield from _result(told)
            return
        words = "Judging" if told["state"] == "running" else f"Place {told['place']} in the queue"
        if words != said:
            said = words
            yield words
        yield Pause(_LOOK_SECONDS)
    yield "This takes long. The verdict will be at"


def _look(user_id: int, submission: UUID) -> dict[str, Any]:
    try:
        user = accounts.get(user_id)
        found = submissions.get_for(user, submission)
        return history.result_for(user, found, turns.of(found))
    finally:
        db.release()


def _result(told: dict[str, Any]) -> Iterator[str]:
    score = told.get("score")
    points = "" if score is None else f", {score:g} of {told['max_score']:g} points"
    yield f"{told['label']}{points}"
    if told["verdict"] != "accepted" and told.get("message"):
        yield str(told["message"])
    for found in (told.get("build") or {}).get("diagnostics", [])[:5]:
        yield f"  {found['file']}:{found['line']}:{found['column']}: {found['message']}"
    failed = [test for test in told.get("tests") or [] if test["status"] in {"fail", "error"}]
    if failed:
        first = failed[0]
        yield f"  FAIL {first['name'] or 'a hidden test'}"
        lines = (first.get("message") or "").splitlines()
        yield from (f"       {line}" for line in lines[:_FAILED_SHOWN_LINES])
