"""A pack's files in memory, read safely from a folder or a zip archive.

Both ways end in the same mapping of path to bytes, under the same limits, so
that everything after this module knows neither folders nor archives. Nothing
is ever extracted to disk: a hostile archive has no path to write to, and what
is left to guard against is size (bombs), ambiguity (duplicates, names that
differ by case only) and files that aren't files (links, devices, pipes).
"""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
from pathlib import Path, PurePosixPath

from judge.errors import BadPack
from judge.sandbox.job import Files

MAX_FILES = 2000
MAX_FILE_BYTES = 16 * 1024 * 1024
MAX_TOTAL_BYTES = 64 * 1024 * 1024
MAX_PATH_CHARACTERS = 200

_JUNK_NAMES = {".DS_Store", "Thumbs.db", "__pycache__"}
_JUNK_FOLDERS = {"__MACOSX"}
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip can hold: a pack's bytes must not depend on the clock."""


def read(path: Path) -> dict[str, bytes]:
    """Read the pack at `path`, a folder or a zip of one.

    :raises BadPack: there is nothing, it is neither, or it breaks a limit.
    """
    if path.is_dir():
        return read_folder(path)
    if not path.exists():
        raise BadPack(f"{path}: there is no such pack")
    if not path.is_file():
        raise BadPack(f"{path}: neither a folder nor a zip archive")
    if path.stat().st_size > MAX_TOTAL_BYTES:
        raise BadPack(f"{path}: larger than {MAX_TOTAL_BYTES >> 20} MiB")
    return read_zip(path.read_bytes(), str(path))


def read_folder(folder: Path) -> dict[str, bytes]:
    """Read every file below `folder`, dot files at its top left out.

    :raises BadPack: a link or special file, or a limit is broken.
    """
    gathered = _Gathered(str(folder))
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if _is_junk(name):
            continue
        if path.is_symlink():
            raise gathered.error(name, "a link; put the file itself there")
        if path.is_dir():
            continue
        if not path.is_file():
            raise gathered.error(name, "neither a file nor a folder")
        gathered.check(name, path.stat().st_size)
        gathered.add(name, path.read_bytes())
    return gathered.files


def read_zip(data: bytes, origin: str) -> dict[str, bytes]:
    """Read a zip archive; a single folder around everything is taken off.

    :param origin: how to call the archive in an error.
    :raises BadPack: not a zip, a name that leads outside, a link, a bomb, a duplicate.
    """
    gathered = _Gathered(origin)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                _read_entry(archive, entry, gathered)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, ValueError) as error:
        raise BadPack(f"{origin}: not a zip archive that can be read ({error})") from error
    except zipfile.zlib.error as error:  # type: ignore[attr-defined]  # zipfile imports it
        raise BadPack(f"{origin}: damaged zip archive ({error})") from error
    return _without_folder(gathered.files)


def write_zip(files: Files) -> bytes:
    """Pack `files` into a zip whose bytes depend on nothing but them."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, files[name])
    return target.getvalue()


def digest(files: Files) -> str:
    """SHA-256 in hex over names and contents, in an order of its own."""
    total = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            total.update(len(part).to_bytes(8, "big"))
            total.update(part)
    return total.hexdigest()


class _Gathered:
    """The files read so far, with the limits that hold over all of them."""

    def __init__(self, origin: str) -> None:
        self.files: dict[str, bytes] = {}
        self._origin = origin
        self._seen: dict[str, str] = {}
        self._total = 0

    def error(self, name: str, what: str) -> BadPack:
        return BadPack(f"{self._origin}: {name!r}: {what}")

    def check(self, name: str, size_bytes: int) -> None:
        """Refuse a file before it is read, by its name and the size it claims."""
        if len(name) > MAX_PATH_CHARACTERS:
            raise self.error(name[:40] + "…", f"a path over {MAX_PATH_CHARACTERS} characters")
        if any(ord(letter) < 32 for letter in name) or not _encodable(name):
            raise self.error(name, "a name with control characters")
        if name in self.files:
            raise self.error(name, "there twice")
        other = self._seen.get(name.casefold())
        if other is not None:
            raise self.error(name, f"differs from {other!r} by upper and lower case only")
        if len(self.files) >= MAX_FILES:
            raise BadPack(f"{self._origin}: more than {MAX_FILES} files")
        if size_bytes > MAX_FILE_BYTES:
            raise self.error(name, f"larger than {MAX_FILE_BYTES >> 20} MiB")
        if self._total + size_bytes > MAX_TOTAL_BYTES:
            raise BadPack(f"{self._origin}: more than {MAX_TOTAL_BYTES >> 20} MiB in all")

    def add(self, name: str, content: bytes) -> None:
        self.check(name, len(content))
        self._seen[name.casefold()] = name
        self._total += len(content)
        self.files[name] = content


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, gathered: _Gathered) -> None:
    # orig_filename keeps what the archive says; filename was cut at a NUL byte.
    name = entry.orig_filename
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or "\\" in name or ":" in name or "\0" in name:
        raise gathered.error(name, "a name that leads out of the archive")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind and not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
        raise gathered.error(name, "a link or a device; put the file itself there")
    if entry.is_dir() or _is_junk(PurePosixPath(name).as_posix()):
        return
    if entry.flag_bits & 1:
        raise gathered.error(name, "is encrypted")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # zipfile inflates the others without a bound: a kilobyte of bzip2 becomes gigabytes.
        raise gathered.error(name, "is compressed by another method than deflate")
    gathered.check(name, entry.file_size)
    with archive.open(entry) as source:
        # The size in the header is a claim; one byte more than allowed tells.
        content = source.read(MAX_FILE_BYTES + 1)
    gathered.add(PurePosixPath(name).as_posix(), content)


def _without_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    """Zipping a folder puts its name before every path; take that off."""
    if "problem.toml" in files:
        return files
    folders = {name.split("/", 1)[0] for name in files}
    if len(folders) != 1:
        return files
    prefix = folders.pop() + "/"
    if f"{prefix}problem.toml" not in files:
        return files
    return {name.removeprefix(prefix): content for name, content in files.items()}


def _is_junk(name: str) -> bool:
    parts = name.split("/")
    return (
        parts[0] in _JUNK_FOLDERS
        or parts[0].startswith(".")
        or any(part in _JUNK_NAMES for part in parts)
    )


def _encodable(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:  # a file name of the host that is not UTF-8
        return False
    return True
