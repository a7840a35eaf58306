"""The agent's log: entries on their way to standard output (core sheet, sections 4 and 6.4)."""

from __future__ import annotations

import math
import os
import re
import threading
import time
from collections.abc import Callable
from enum import Enum
from typing import BinaryIO, Final, Protocol

AGENT_LOG: Final = "agent.log"
AGENT_ERROR: Final = "agent.error"
# The device's entries are called after its object: `server.log` and `server.error` are what it calls.
DEVICE_LOG: Final = "server.log"
DEVICE_ERROR: Final = "server.error"
_DEVICE_PREFIX: Final = "[Device] "

_DIM: Final = "\x1b[2m"
_CYAN: Final = "\x1b[36m"
_RED: Final = "\x1b[31m"
_RESET: Final = "\x1b[0m"

# A flood: so many entries at once, and so many a second after that, are more than anybody reads; a long one counts once
# for each KB. What comes faster is written more slowly.
FLOOD: Final = 1_000_000
FLOOD_RATE: Final = 50_000
# Seconds of the shortest pause; shorter ones take longer than they should.
_PAUSE: Final = 0.01

# Control characters that a terminal may obey; line ends and tabs are harmless.
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class LogFormat(Enum):
    """How entries are written: just the text, as ``impt log get`` does, or one JSON object a line."""

    PLAIN = "plain"
    IMPT = "impt"
    JSON = "json"


class LogClosedError(Exception):
    """The log cannot be written any more: its reader has gone, or the disk is full. The cause is in ``Log.failure``."""


class LogWriter(Protocol):
    """What a script's entries are given to."""

    def log(self, text: str) -> None:
        """Write an entry; ``text`` is a Squirrel string."""
        ...

    def error(self, text: str) -> None:
        """Write an entry that tells of an error."""
        ...


class Log:
    """Writes entries, each with one call and at once, so that a pipe's reader sees them when they happen."""

    def __init__(
        self,
        stream: BinaryIO,
        log_format: LogFormat = LogFormat.IMPT,
        *,
        colour: bool = False,
        terminal: bool = False,
        now: Callable[[], float] | None = None,
        flooded: Callable[[], None] | None = None,
    ) -> None:
        """``now`` gives the seconds since the epoch that entries carry; by default the real time.

        ``flooded`` is called once, when there are so many entries that they are written more slowly.

        On a ``terminal`` control characters are shown escaped: what a peer sent must not command it.
        """
        self._stream = stream
        self._format = log_format
        self._terminal = terminal
        self._colour = colour and log_format is LogFormat.IMPT
        self.now = now
        self._lock = threading.Lock()
        self._flooded = flooded
        self._credits = float(FLOOD)
        self._credited = time.monotonic()
        self.failure: OSError | None = None

    def log(self, text: str) -> None:
        """Write an ``agent.log`` entry; ``text`` is a Squirrel string."""
        self.entry(AGENT_LOG, text)

    def error(self, text: str) -> None:
        """Write an ``agent.error`` entry: the text with the prefix ``ERROR: ``."""
        self.entry(AGENT_ERROR, f"ERROR: {shown_text(text)}", shown=True)

    def entry(self, kind: str, text: str, *, shown: bool = False) -> None:
        """Write one entry of the given type; ``shown`` tells that the text is Unicode already.

        Raises:
            LogClosedError: the stream takes nothing any more.
        """
        text = text if shown else shown_text(text)
        line = self._line(kind, text) + "\n"
        data = line.encode("utf-8", "backslashreplace")
        with self._lock:
            self._credits -= 1 + len(data) // 1024
            if self._credits < 0:
                self._slow_down()
            try:
                self._stream.write(data)
                self._stream.flush()
            except OSError as error:
                self.failure = error.with_traceback(None)
                raise LogClosedError from None

    def _slow_down(self) -> None:
        """Get credits for the time that has passed; where they are not enough, let more pass."""
        now = time.monotonic()
        self._credits = min(FLOOD, self._credits + (now - self._credited) * FLOOD_RATE)
        self._credited = now
        if self._credits > -_PAUSE * FLOOD_RATE:
            return
        if self._flooded is not None:
            flooded, self._flooded = self._flooded, None
            flooded()
        time.sleep(-self._credits / FLOOD_RATE)

    def _line(self, kind: str, text: str) -> str:
        if self._terminal and self._format is not LogFormat.JSON:
            text = escaped(text)
        if self._format is LogFormat.PLAIN:
            return _DEVICE_PREFIX + text if kind in (DEVICE_LOG, DEVICE_ERROR) else text
        stamp = timestamp(self.now() if self.now is not None else time.time())
        if self._format is LogFormat.JSON:
            # Imported late: the other formats should not wait for it.
            import json

            line = json.dumps({"ts": stamp, "type": kind, "msg": text}, ensure_ascii=False)
            # JSON itself escapes only those below 0x20.
            return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", line) if self._terminal else line
        if self._colour:
            colour = _RED if kind.endswith(".error") else _CYAN
            return f"{_DIM}{stamp}{_RESET} {colour}[{kind}]{_RESET} {text}"
        return f"{stamp} [{kind}] {text}"


class DeviceLog:
    """The device's entries in the log of its agent (core sheet, section 6.4; decision 6)."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def log(self, text: str) -> None:
        """Write a ``server.log`` entry; ``text`` is a Squirrel string."""
        self._log.entry(DEVICE_LOG, text)

    def error(self, text: str) -> None:
        """Write a ``server.error`` entry: the text with the prefix ``ERROR: ``."""
        self._log.entry(DEVICE_ERROR, f"ERROR: {shown_text(text)}", shown=True)


def timestamp(seconds: float) -> str:
    """Seconds since the epoch as ``2018-01-22T18:33:59.537Z``."""
    whole = math.floor(seconds)
    milliseconds = math.floor(round(seconds - whole, 6) * 1000)
    if milliseconds == 1000:
        whole, milliseconds = whole + 1, 0
    year, month, day, hour, minute, second = time.gmtime(whole)[:6]
    return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}.{milliseconds:03d}Z"


def shown_text(value: str) -> str:
    """A Squirrel string as the log shows it: UTF-8, or the bytes in hexadecimal when it is not (``binary: ff 00``)."""
    data = value.encode("latin-1")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return "binary: " + data.hex(" ")


def escaped(text: str) -> str:
    r"""The text with its control characters, but for line ends and tabs, in the form ``\x1b``."""
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


def wants_colour(is_terminal: bool) -> bool:
    """Whether to colour: on a terminal that can, unless ``NO_COLOR`` is set to anything."""
    return is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "") not in ("", "dumb")
