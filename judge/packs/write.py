"""Writing packs: the manifest as TOML, and a pack's files into a folder."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from judge.errors import Conflict


def manifest_toml(values: Mapping[str, Any]) -> bytes:
    """``problem.toml`` with these values.

    They are strings, numbers, truth values, lists of strings, tables of those, and lists of
    such tables.
    """
    tables = {key: value for key, value in values.items() if _is_tables(value)}
    plain = {
        key: value
        for key, value in values.items()
        if not isinstance(value, Mapping) and key not in tables
    }
    lines = [f"{key} = {_value(value)}" for key, value in plain.items()]
    for key, table in values.items():
        if isinstance(table, Mapping):
            lines += ["", f"[{key}]", *(f"{name} = {_value(table[name])}" for name in table)]
    for key, listed in tables.items():
        for table in listed:
            lines += ["", f"[[{key}]]", *(f"{name} = {_value(table[name])}" for name in table)]
    return ("\n".join(lines) + "\n").encode()


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def write_folder(files: Mapping[str, bytes], folder: Path) -> None:
    """Write a pack into `folder`, in place of a pack that is there already.

    It appears whole or not at all: the files go into a folder beside it first.

    :raises Conflict: something is there that is no pack.
    :raises OSError: it cannot be written.
    """
    if folder.exists() and not (folder / "problem.toml").is_file():
        raise Conflict(f"{folder} exists and is not a pack; it is left as it is")
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, content in files.items():
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        made.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        made.rename(folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise


def _value(value: object) -> str:
    """A TOML value. JSON's strings are TOML's too, once DEL is escaped."""
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
