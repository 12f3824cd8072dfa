"""Of which programs an outcome may be given out again."""

from __future__ import annotations

import pytest

from judge import runs


@pytest.mark.parametrize(
    ("language", "code", "repeats"),
    [
        ("go", 'import "fmt"\nfunc main() { fmt.Println("in time") }', True),
        ("go", 'import (\n\t"bufio"\n\t"os"\n)\nvar s = bufio.NewScanner(os.Stdin)', True),
        ("go", 'import "time"', False),
        ("go", 'import r "math/rand/v2"', False),
        ("go", 'import "crypto/rand"', False),
        ("go", 'import "net/http"', False),
        ("go", "for k := range map[string]int{} {}", False),
        ("go", "go work()", False),
        ("go", "select {}", False),
        ("go", "os.Getpid()", False),
        ("python", "print(input())", True),
        ("python", "import random", False),
        ("python", "print({'a', 'b'})", False),
        ("javascript", "console.log(1)", True),
        ("javascript", "console.log(Math.random())", False),
        ("javascript", "console.log(new Date())", False),
    ],
)
def test_what_may_change_is_not_kept(language: str, code: str, repeats: bool) -> None:
    assert runs.check(code, "", language).repeats is repeats
