"""The errors that cross module borders.

Two families that never share an ``except``: what the caller did (`UserError`)
and what we failed at (`JudgeFault`). A `UserError` names what is wrong, where,
and what to do; it is shown to whoever asked. A `JudgeFault` is retried and
never blamed on a student.
"""


class UserError(Exception):
    """The caller asked for something that cannot be done; the text says why."""


class BadPack(UserError):
    """A problem pack breaks the format; the text names file, line and key."""


class BadSubmission(UserError):
    """Files that are refused before anything is stored; the text says which and why."""


class NotFound(UserError):
    """There is no such thing, or the caller may not know that there is."""


class Forbidden(UserError):
    """The caller is known and may not do this."""


class Conflict(UserError):
    """Somebody changed it in the meantime, or it exists already."""


class JudgeFault(Exception):
    """We failed: the sandbox broke, an engine is away. Retried, never counted."""


class SandboxUnavailable(JudgeFault):
    """No sandbox can be had at all; the text is one line with the remedy."""


class SandboxBroken(JudgeFault):
    """A container vanished, or said something that the protocol does not know."""
