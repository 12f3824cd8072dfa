"""What tests in Python do that cannot work in a process apart from the solution's."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping

_PROCESSES = ("subprocess", "multiprocessing")
_THERE = ("pytest", "_pytest", "pluggy")
ADVICE = 'isolation = "none" runs the tests in the submission\'s process, which can then forge them'


def against_isolation(
    tests: Mapping[str, bytes], solution: tuple[str, ...], others: Mapping[str, bytes]
) -> list[str]:
    """Reasons with their places, "tests/test_bank.py:7: …", in order.

    :param tests: files of tests by their paths in the pack.
    :param solution: names of the files that are handed in.
    :param others: files that lie beside the tests.
    """
    modules = {name.removesuffix(".py") for name in solution}
    there = {name.rpartition("/")[2].removesuffix(".py") for name in (*others, *tests)}
    found = []
    for path, source in tests.items():
        if not path.endswith(".py"):
            continue
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):
            continue
        found += [f"{path}:{line}: {why}" for line, why in _reasons(tree, modules, there, solution)]
    return found


def _reasons(
    tree: ast.Module, modules: set[str], there: set[str], files: tuple[str, ...]
) -> Iterator[tuple[int, str]]:
    taken = _names_of(tree, modules)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for base in node.bases:
                name = ast.unparse(base)
                if name.partition(".")[0] in taken:
                    yield (
                        node.lineno,
                        f"{node.name} cannot derive from {name}, which is in another process",
                    )
        for module in _imported(node):
            top = module.partition(".")[0]
            if top in _PROCESSES:
                yield node.lineno, f"{module}: tests cannot start processes"  # type: ignore[attr-defined]
            elif top not in {*sys.stdlib_module_names, *_THERE, *modules, *there}:
                yield node.lineno, f"{module}: only the standard library and pytest are there"  # type: ignore[attr-defined]
        if isinstance(node, ast.Call) and node.args:
            yield from _of_a_call(node, files)


def _of_a_call(node: ast.Call, files: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    first, called = node.args[0], ast.unparse(node.func)
    name = first.value if isinstance(first, ast.Constant) else None
    if called in ("open", "Path", "pathlib.Path") and name in files:
        yield (
            node.lineno,
            f"{name} does not lie beside the tests; inspect.getsource gives its text",
        )
    if called in ("os.fork", "os.system", "os.popen"):
        yield node.lineno, f"{called}: tests cannot start processes"


def _names_of(tree: ast.Module, modules: set[str]) -> set[str]:
    """Names by which a file has something of the solution."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in modules:
            names |= {alias.asname or alias.name for alias in node.names}
        if isinstance(node, ast.Import):
            names |= {alias.asname or alias.name for alias in node.names if alias.name in modules}
    return names


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
