"""A store in an SQLite file: what agents save survives runs and crashes (``--store``)."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final

from imp_runtime.store import Saved, StoreError, new_agent_id

# Seconds to wait for another process that uses the same file; the agent stands still meanwhile.
_PATIENCE: Final = 1.0
# Marks our files (``PRAGMA application_id``): the bytes "imps".
_APPLICATION_ID: Final = 0x696D7073

_SCHEMA: Final = (
    "CREATE TABLE saved (agent TEXT PRIMARY KEY, format INTEGER NOT NULL, data BLOB NOT NULL)",
    "CREATE TABLE identity (agent TEXT NOT NULL)",
    f"PRAGMA application_id = {_APPLICATION_ID}",
)


class FileStore:
    """A store in a file. What ``save`` has returned from survives a crash of the process and of the machine.

    The file is opened for each operation, from any thread: other processes may use it at the same time.
    """

    def __init__(self, path: str) -> None:
        """The file is made when something is saved first; its folder must exist."""
        self.path = path
        # The folder that the process is in may change.
        self._file = os.path.abspath(path)
        self._agent_id: str | None = None
        self._provisional: str | None = None

    def load(self, agent_id: str) -> Saved | None:
        """What the agent saved last; a file that does not exist holds nothing.

        Raises:
            StoreError: it cannot be read, or is no store.
        """
        row = self._read("SELECT format, data FROM saved WHERE agent = ?", self._real_id(agent_id))
        if row is None:
            return None
        number, data = row
        if type(number) is not int or type(data) is not bytes:
            raise self._error("read", "impsim did not write what is in it")
        return Saved(number, data)

    def save(self, agent_id: str, saved: Saved) -> None:
        """Replace what the agent saved.

        Raises:
            StoreError: the disk is full, the file is locked or may not be written, it is no store.
        """
        values = (self._real_id(agent_id), saved.format, saved.data)
        with self._opened("write") as database:
            database.execute("INSERT OR REPLACE INTO saved VALUES (?, ?, ?)", values)

    def agent_id(self) -> str:
        """The id of the agent whose store this is: a new one the first time, the same ever after.

        Raises:
            StoreError: the file cannot be read, or written the first time.
        """
        if self._agent_id is not None:
            return self._agent_id
        row = self._read("SELECT agent FROM identity")
        if row is None:
            with self._opened("write") as database:
                # Another process may have been quicker.
                row = database.execute("SELECT agent FROM identity").fetchone()
                if row is None:
                    row = (new_agent_id(),)
                    database.execute("INSERT INTO identity VALUES (?)", row)
        if type(row[0]) is not str:
            raise self._error("read", "impsim did not write what is in it")
        self._agent_id = row[0]
        return row[0]

    def provisional_id(self) -> str:
        """An id to start an agent with while ``agent_id`` fails.

        Once the file can be used, ``load`` and ``save`` take it for the file's own: what is there is not passed over.
        """
        self._provisional = new_agent_id()
        return self._provisional

    def _real_id(self, agent_id: str) -> str:
        return self.agent_id() if agent_id == self._provisional else agent_id

    def _read(self, query: str, *values: object) -> tuple[object, ...] | None:
        """The first row of an answer; None too when nothing was ever saved."""
        if not os.path.lexists(self._file):
            return None
        with self._opened("read") as database:
            row: tuple[object, ...] | None = None
            if self._is_ours(database):
                row = database.execute(query, values).fetchone()
            return row

    @contextmanager
    def _opened(self, what: str) -> Iterator[sqlite3.Connection]:
        """The database, in a transaction that is committed at the end; with its tables when it is to be written."""
        try:
            if what == "write" and not os.path.lexists(self._file):
                # Agents save passwords: nobody else is to read the file.
                os.close(os.open(self._file, os.O_CREAT | os.O_WRONLY, 0o600))
            # Without an isolation level, transactions are those that are begun here.
            with closing(sqlite3.connect(self._file, timeout=_PATIENCE, isolation_level=None)) as database:
                # The entries of the folder are synced too.
                database.execute("PRAGMA synchronous = EXTRA")
                database.execute("BEGIN IMMEDIATE" if what == "write" else "BEGIN")
                if what == "write" and not self._is_ours(database):
                    for statement in _SCHEMA:
                        database.execute(statement)
                yield database
                database.execute("COMMIT")
        except sqlite3.Error as error:
            raise self._error(what, _reason(error)) from None
        except OSError as error:
            raise self._error(what, error.strerror or "the file cannot be made") from None

    def _is_ours(self, database: sqlite3.Connection) -> bool:
        """Whether it has our tables; False for a database that is new.

        Raises:
            StoreError: it is a database of somebody else.
        """
        if database.execute("PRAGMA application_id").fetchone()[0] == _APPLICATION_ID:
            return True
        if database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise self._error("use", "it is a database, but not one that impsim made")
        return False

    def _error(self, what: str, reason: str) -> StoreError:
        return StoreError(f"cannot {what} the store {self.path}: {reason}")


_REASONS: Final = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_BUSY: "another process keeps it locked",
    sqlite3.SQLITE_LOCKED: "another process keeps it locked",
    sqlite3.SQLITE_NOTADB: "the file is no database",
    sqlite3.SQLITE_CORRUPT: "the file is damaged",
    sqlite3.SQLITE_READONLY: "the file may not be written",
    sqlite3.SQLITE_PERM: "the file may not be opened",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened",
    sqlite3.SQLITE_IOERR: "the disk reports an error, or is full",
}


def _reason(error: sqlite3.Error) -> str:
    # The low byte is the primary code; the rest tells details.
    return _REASONS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, str(error))
