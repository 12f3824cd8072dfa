"""What may be handed in, and the words in which the rest is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.errors import BadSubmission
from judge.packs.submission import MAX_FILES, MAX_TOTAL_BYTES, PLAIN_NAME, validate
from tests.unit.fakes import unit_pack

PACK = unit_pack(changes={"support/types.go": b"package leap\n"})
OPEN_PACK = unit_pack("[files]\nextra = true\n", {"support/types.go": b"package leap\n"})


def test_the_files_of_the_problem_are_taken() -> None:
    assert validate(PACK, {"leap.go": "package leap\n"}) == {"leap.go": b"package leap\n"}
    assert validate(PACK, {"leap.go": b"\xef\xbb\xbfpackage leap\r\n"})
    assert validate(PACK, {"leap.go": b""}) == {"leap.go": b""}
    assert list(validate(OPEN_PACK, {"z.go": b"", "leap.go": b""})) == ["leap.go", "z.go"]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "no file was handed in; this problem asks for leap.go"),
        ({"other.go": b""}, "other.go: not a file of this problem, which asks for leap.go"),
        ({"a/leap.go": b""}, "'a/leap.go': not a plain file name"),
        ({"../leap.go": b""}, "not a plain file name"),
        ({".leap.go": b""}, "not a plain file name"),
        ({"leap.go\n": b""}, "not a plain file name"),
        ({"lëap.go": b""}, "not a plain file name"),
        ({"": b""}, "not a plain file name"),
        ({"x" * 101: b""}, "a name over 100 characters"),
        ({"leap.go": b"", "LEAP.go": b""}, "by upper and lower case only"),
        ({"types.go": b""}, "types.go: belongs to the problem"),
        ({"leap_test.go": b""}, "leap_test.go: belongs to the problem"),
        ({"MORE_test.go": b""}, "MORE_test.go: belongs to the problem"),
        ({"leap.go": b"package\0"}, "leap.go: has a NUL byte (byte 7)"),
        ({"leap.go": b"a\nb\xff"}, "leap.go: line 2 is not UTF-8"),
        ({"leap.go": "\ud800"}, "leap.go: not valid Unicode"),
        ({"leap.go": b"x" * (MAX_TOTAL_BYTES + 1)}, "at most 131072 (128 KiB)"),
        ({f"f{number}.go": b"" for number in range(MAX_FILES + 1)}, "21 files; at most 20"),
    ],
)
def test_the_rest_is_refused_with_a_reason(files: dict[str, bytes], says: str) -> None:
    with pytest.raises(BadSubmission) as caught:
        validate(PACK, files)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Leap.go", "is spelled leap.go here"),
        ("notes.txt", "only .go files can be added"),
        ("go.mod", "only .go files can be added"),
        ("own_test.go", "test files are refused"),
        ("own_windows.go", "builds a file with this ending on windows only"),
        ("own_linux_arm64.go", "on arm64 only"),
    ],
)
def test_extra_files_have_rules_of_their_own(name: str, says: str) -> None:
    with pytest.raises(BadSubmission, match=says):
        validate(OPEN_PACK, {name: b""})


def test_the_limits_are_met_exactly() -> None:
    assert validate(PACK, {"leap.go": b"x" * MAX_TOTAL_BYTES})
    assert validate(OPEN_PACK, {f"f{number}.go": b"" for number in range(MAX_FILES)})


@given(st.dictionaries(st.text(max_size=12), st.binary(max_size=20), max_size=4))
def test_whatever_is_taken_is_plain(files: dict[str, bytes]) -> None:
    try:
        taken = validate(OPEN_PACK, files)
    except BadSubmission:
        return
    assert taken == files
    assert all(PLAIN_NAME.match(name) and name.endswith(".go") for name in taken)
