"""The closed list of verdicts: code, label, and a sentence of help that teaches."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Verdict(StrEnum):
    """What a submission is worth, in one word. The value is what APIs and packs say."""

    label: str
    help: str

    def __new__(cls, code: str, label: str = "", help_text: str = "") -> Self:
        """Attach label and help to the code; equality and JSON use the code alone."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        member.help = help_text
        return member

    ACCEPTED = ("accepted", "Accepted", "Every test passed.")
    WRONG_ANSWER = (
        "wrong_answer",
        "Wrong answer",
        (
            "Your code ran, but a test saw another result than it expected. Start with the first "
            "failing test: compare what was expected with what your code gave."
        ),
    )
    COMPILE_ERROR = (
        "compile_error",
        "Compile error",
        (
            "Your code could not be built. Begin with the first message: later ones often follow "
            "from it."
        ),
    )
    RUNTIME_ERROR = (
        "runtime_error",
        "Runtime error",
        (
            "Your program stopped with a panic or an exit code. The stack trace names the line; "
            "common causes are an index out of range, a nil map or pointer, and a deadlock."
        ),
    )
    TIME_LIMIT = (
        "time_limit",
        "Time limit",
        (
            "Your code was still running when its time was used up. Look for a loop that never "
            "ends, a channel nobody writes to, or work done again and again."
        ),
    )
    MEMORY_LIMIT = (
        "memory_limit",
        "Memory limit",
        (
            "Your code asked for more memory than this problem allows. Look for a slice or map "
            "that grows without end, or goroutines that are never done."
        ),
    )
    OUTPUT_LIMIT = (
        "output_limit",
        "Output limit",
        "Your code printed more than this problem allows. Remove debug output inside loops.",
    )
    REJECTED = (
        "rejected",
        "Not judged",
        (
            "Your files were refused before they were built; this is not counted as an attempt at "
            "the solution. The message says what to change."
        ),
    )
    SANDBOX_VIOLATION = (
        "sandbox_violation",
        "Not allowed",
        (
            "Your program did something that is closed to it here, such as starting another "
            "process. Solve the problem without it."
        ),
    )
    INTERNAL_ERROR = (
        "internal_error",
        "Our fault",
        (
            "Something went wrong on our end. Your code is safe, this does not count, and we try "
            "again by ourselves."
        ),
    )
