"""Parsed programs, kept on disk from run to run, so that a large agent starts at once.

One file a program, in a folder of the user's own. A file is used only when every byte of it is as it was written, and
written for the very source and parser at hand; everything else is parsed, and written anew. Whatever is wrong with the
folder or a file, a script runs as it would without them. Nothing in a file is executed: it holds a syntax tree in the
form of ``squirrel.syntax.stored``.

A file is, in this order: the mark with the version of impsim and the stamp of the parser, the lengths of source and
tree in four bytes each, both, and a checksum of it all. Being compared byte by byte, two sources can never be taken for
each other; the checksum in a file's name only says where to look.
"""

from __future__ import annotations

import contextlib
import os
import sys
import zlib
from typing import TYPE_CHECKING, Final

from imp_runtime import __version__
from squirrel import grammar, syntax

if TYPE_CHECKING:
    from squirrel.syntax.ast import Script

_SUFFIX: Final = ".program"
# A file that is being written; it gets its name when it is complete.
_UNFINISHED: Final = ".new"
# What all files may come to; beyond that the oldest go.
_MOST_BYTES: Final = 32 << 20
_MOST_FILES: Final = 1000
_LARGEST_SOURCE: Final = 4 << 20


class ProgramCache:
    """The parsed programs in one folder. May be used by any number of threads and processes at once."""

    def __init__(self, folder: str, most_bytes: int = _MOST_BYTES, most_files: int = _MOST_FILES) -> None:
        """``folder`` is made when the first program is stored. When all files exceed a limit, the oldest go."""
        self._folder = folder
        self._most_bytes = most_bytes
        self._most_files = most_files

    def parse(self, source: bytes, name: str) -> Script:
        """The tree of a source, from the cache or from the parser. ``name`` is what errors call the source.

        Raises:
            CompileError: it is not a Squirrel program.
        """
        if len(source) > _LARGEST_SOURCE:
            return syntax.parse(source.decode("latin-1"), name)
        try:
            head = _head(name)
        except OSError:
            # Imported from an archive, for example: no telling when the parser changes.
            return syntax.parse(source.decode("latin-1"), name)
        path = os.path.join(self._folder, f"{zlib.crc32(source, zlib.crc32(head)):08x}-{len(source):x}{_SUFFIX}")
        script = _read(path, head, source) if _is_private(self._folder) else None
        if script is None:
            script = syntax.parse(source.decode("latin-1"), name)
            self._write(path, head, source, script)
        return script

    def obstacle(self) -> str:
        """Why nothing can be kept, in a few words; empty where nothing is in the way. Makes the folder."""
        try:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
        except OSError as error:
            return f"cannot make {self._folder}: {error.strerror}"
        if not _is_private(self._folder):
            return f"{self._folder} is not a folder of this user that nobody else can write to"
        return "" if os.access(self._folder, os.W_OK | os.X_OK) else f"{self._folder} cannot be written"

    def _write(self, path: str, head: bytes, source: bytes, script: Script) -> None:
        """Store a program, or do nothing where that is impossible."""
        from squirrel.syntax.stored import dumps

        try:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            if not _is_private(self._folder):
                return
            tree = dumps(script)
            content = b"".join((head, _length(source), _length(tree), source, tree))
            content += _checksum(content)
            if len(content) > self._most_bytes:
                return
            unfinished = f"{path}.{os.urandom(8).hex()}{_UNFINISHED}"
            # Readers see the old file or the new one, never a part of one. The program may hold secrets.
            number = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with open(number, "wb") as stream:
                    stream.write(content)
                os.replace(unfinished, path)
            except OSError:
                os.unlink(unfinished)
                raise
            self._drop_oldest()
        except (OSError, ValueError):
            # No disk, no right, no room: the next run parses again.
            return

    def _drop_oldest(self) -> None:
        """Delete the files that were written longest ago, until the rest is small enough."""
        files: list[tuple[float, int, str]] = []
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if entry.name.endswith((_SUFFIX, _UNFINISHED)) and entry.is_file(follow_symlinks=False):
                    status = entry.stat(follow_symlinks=False)
                    files.append((status.st_mtime, status.st_size, entry.path))
        total = sum(size for _, size, _ in files)
        files.sort(reverse=True)
        while files and (total > self._most_bytes or len(files) > self._most_files):
            _, size, path = files.pop()
            total -= size
            # Another run may have been quicker.
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)


def user_cache() -> ProgramCache | None:
    """The cache of the user who runs the process; None where there is no home to keep it in."""
    folder = _user_folder()
    return None if folder is None else ProgramCache(os.path.join(folder, "programs"))


def _user_folder() -> str | None:
    """What ``platformdirs.user_cache_dir("impsim")`` says."""
    if sys.platform != "linux":
        import platformdirs

        return platformdirs.user_cache_dir("impsim")
    # The same rule in short: importing platformdirs takes as long as running a small script.
    base = os.environ.get("XDG_CACHE_HOME", "").strip()
    if not os.path.isabs(base):
        base = os.path.expanduser("~/.cache")
    return os.path.join(base, "impsim") if os.path.isabs(base) else None


def _is_private(folder: str) -> bool:
    """Whether a folder is the user's own and nobody else can put files there: they would decide what runs."""
    try:
        status = os.stat(folder)
    except OSError:
        return False
    return status.st_uid == os.geteuid() and not status.st_mode & 0o022


def _read(path: str, head: bytes, source: bytes) -> Script | None:
    """The tree in a file; None unless it is there, whole, and that of the source."""
    try:
        # Whatever has got there: a pipe must not make the script wait, nor an endless file fill the memory.
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as stream:
            content = stream.read(_MOST_BYTES)
    except OSError:
        return None
    start = len(head) + 8
    if not content.startswith(head) or content[len(head) : len(head) + 4] != _length(source):
        return None
    end = start + len(source)
    whole = content[-4:] == _checksum(memoryview(content)[:-4])
    if not whole or content[start:end] != source or content[len(head) + 4 : start] != _length(content[end:-4]):
        return None
    from squirrel.syntax.stored import loads

    try:
        return loads(content[end:-4])
    except ValueError:
        return None


def _head(name: str) -> bytes:
    """What a file begins with: it differs wherever the same source could give another tree."""
    return f"impsim program {__version__} {_stamp()} {name}\n".encode("utf-8", "replace")


def _stamp() -> str:
    """Changes with every change of the parser: names, sizes and times of the files that it is made of."""
    files = []
    for folder in (*syntax.__path__, *grammar.__path__):
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.is_dir():
                    status = entry.stat()
                    files.append(f"{entry.name} {status.st_size} {status.st_mtime_ns}")
    return f"{zlib.crc32(' '.join(sorted(files)).encode()):08x}"


def _length(data: bytes) -> bytes:
    return len(data).to_bytes(4, "little")


def _checksum(data: bytes | memoryview) -> bytes:
    return zlib.crc32(data).to_bytes(4, "little")
