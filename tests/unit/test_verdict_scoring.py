"""Points for tests: examples, and what must hold for any tests whatever."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.packs.names import could_match, covers, declared, imports_of
from judge.packs.pack import Group
from judge.sandbox.facts import TestStatus
from judge.verdict.scoring import round_down, score, units

Statuses = dict[str, TestStatus]

statuses = st.dictionaries(
    st.sampled_from(["A", "A/1", "A/2", "B", "B/1", "B/1/x", "C"]),
    st.sampled_from(["pass", "fail", "error", "skip"]),
    min_size=1,
)
groups = st.sampled_from(
    [(), (Group("all", 100, ("*",)),), (Group("a", 30, ("A",)), Group("rest", 70, ("*",)))]
)


def points(found: Statuses, chosen: tuple[Group, ...] = (), *, complete: bool = True) -> float:
    return score(found, chosen, 100, complete=complete).points


def test_without_groups_each_top_level_test_has_its_share() -> None:
    assert points({"A": "pass", "B": "fail"}) == 50
    assert points({"A": "pass", "B": "fail", "C": "fail"}) == 33.33
    assert points({"A": "fail", "A/1": "pass", "A/2": "fail", "B": "pass"}) == 75
    assert points({"A": "pass", "B": "skip"}) == 100
    assert points({"A": "skip"}) == 0


def test_a_parent_that_failed_by_itself_counts_as_one_more() -> None:
    assert points({"A": "fail", "A/1": "pass"}) == 50
    assert list(units({"A": "fail", "A/1": "pass"})) == ["A", "A/1"]
    assert list(units({"A": "fail", "A/1": "fail"})) == ["A/1"]


def test_a_group_gives_all_or_nothing() -> None:
    both = (Group("a", 40, ("A",)), Group("b", 60, ("B", "C")))
    assert points({"A": "pass", "B": "pass", "C": "fail"}, both) == 40
    assert points({"A": "fail", "A/1": "pass", "A/2": "fail", "B": "pass"}, both) == 60
    result = score({"A": "pass", "B": "pass", "C": "fail"}, both, 100)
    assert [(group.passed, group.total) for group in result.groups] == [(1, 1), (1, 2)]


def test_a_skipped_group_neither_helps_nor_hurts() -> None:
    both = (Group("a", 40, ("A",)), Group("b", 60, ("B",)))
    assert points({"A": "pass", "B": "skip"}, both) == 100
    assert points({"A": "fail", "B": "skip"}, both) == 0


def test_a_group_whose_subtests_never_came_gets_nothing() -> None:
    both = (Group("a", 40, ("A/1",)), Group("b", 60, ("A/2",)))
    assert points({"A": "pass", "A/1": "pass"}, both) == 40


def test_a_subtest_belongs_to_the_first_group_that_covers_it() -> None:
    both = (Group("a", 40, ("A/1",)), Group("b", 60, ("A",)))
    assert points({"A": "fail", "A/1": "fail", "A/2": "pass"}, both) == 60


def test_in_a_run_that_broke_off_only_whole_tests_count() -> None:
    broken: Statuses = {"A": "pass", "B": "fail", "B/1": "pass", "C": "error"}
    assert points(broken) == 50
    assert points(broken, complete=False) == 33.33
    chosen = (Group("b", 100, ("B/*",)),)
    assert points({"B": "error", "B/1": "pass"}, chosen, complete=False) == 0


@given(statuses, groups, st.booleans())
def test_a_full_score_means_that_nothing_counted_failed(
    found: Statuses, chosen: tuple[Group, ...], complete: bool
) -> None:
    result = score(found, chosen, 100, complete=complete)
    assert 0 <= result.points <= 100
    assert result.full == (result.points == 100)
    if result.full:
        assert not {"fail", "error"} & set(units(found).values())
        assert "pass" in found.values()


@given(statuses, groups)
def test_breaking_off_is_never_worth_more(found: Statuses, chosen: tuple[Group, ...]) -> None:
    assert points(found, chosen, complete=False) <= points(found, chosen)


@given(statuses, groups, st.data())
def test_turning_a_test_to_fail_never_helps(
    found: Statuses, chosen: tuple[Group, ...], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(found)))
    if found[name] != "pass":
        return
    # As in Go, the tests around a failing subtest fail as well.
    worse = found | {
        other: "fail" for other in found if name == other or name.startswith(other + "/")
    }
    assert points(worse, chosen) <= points(found, chosen)


def test_rounding_never_goes_up() -> None:
    assert round_down(99.999) == 99.99
    assert round_down(200 / 3) == 66.66
    assert round_down(0.1 + 0.2) == 0.3


def test_patterns() -> None:
    assert covers("TestLeap", "TestLeap/year_1900")
    assert covers("TestLeap*", "TestLeapYear")
    assert covers("TestLeap/year_*", "TestLeap/year_1900")
    assert not covers("TestLeap", "TestLeapYear")
    assert not covers("TestLeap/year", "TestLeap")
    assert could_match("TestLeap/year_1900", ["TestLeap"])
    assert not could_match("TestMonth/*", ["TestLeap"])


def test_test_functions_are_found_by_gos_rule() -> None:
    source = (
        b"func TestMain(m *testing.M) {}\nfunc TestA(t *testing.T) {}\nfunc Testing() {}\n"
        b"func Test(t *testing.T) {}\nfunc ExampleX() {}\nfunc FuzzY(f *testing.F) {}\n"
        b"func (s S) TestB() {}\nfunc BenchmarkZ(b *testing.B) {}\n// func TestC(t *testing.T)\n"
    )
    found = ["TestA", "Test", "ExampleX", "FuzzY"]
    assert declared({"a_test.go": source, "b.go": source, "x/c_test.go": source}) == found


@pytest.mark.parametrize(
    ("source", "paths"),
    [
        (b'package x\nimport "os"\nimport m "math"\n', ["os", "math"]),
        (b'package x\nimport (\n\t"fmt"\n\t. "os" // no\n)\n', ["fmt", "os"]),
        (b'package x\n// import "os"\n/*\nimport "net"\n*/\n', []),
        (b'package x\nvar s = "import"\n', []),
    ],
)
def test_imports_are_read(source: bytes, paths: list[str]) -> None:
    assert imports_of(source) == paths
