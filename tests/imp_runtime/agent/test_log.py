"""The forms of log entries."""

from __future__ import annotations

import io
import json
import time

import pytest

from imp_runtime.log import FLOOD_RATE, DeviceLog, Log, LogClosedError, LogFormat, shown_text, wants_colour

MOMENT = 1516646039.537


class Recorder(io.RawIOBase):
    """Remembers each write on its own."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.flushes = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        assert isinstance(data, bytes)
        self.writes.append(data)
        return len(data)

    def flush(self) -> None:
        self.flushes += 1


def written(log_format: LogFormat, *, colour: bool = False) -> list[bytes]:
    stream = Recorder()
    log = Log(stream, log_format, colour=colour, now=lambda: MOMENT)  # type: ignore[arg-type]
    log.log("a\xc3\xa9")
    log.error("b")
    assert stream.flushes == 2
    return stream.writes


def test_plain() -> None:
    assert written(LogFormat.PLAIN) == ["aé\n".encode(), b"ERROR: b\n"]


def test_impt() -> None:
    assert written(LogFormat.IMPT) == [
        "2018-01-22T18:33:59.537Z [agent.log] aé\n".encode(),
        b"2018-01-22T18:33:59.537Z [agent.error] ERROR: b\n",
    ]


def test_json() -> None:
    assert [json.loads(line) for line in written(LogFormat.JSON)] == [
        {"ts": "2018-01-22T18:33:59.537Z", "type": "agent.log", "msg": "aé"},
        {"ts": "2018-01-22T18:33:59.537Z", "type": "agent.error", "msg": "ERROR: b"},
    ]


def test_colour_only_in_the_form_for_people() -> None:
    assert all(b"\x1b[" in line for line in written(LogFormat.IMPT, colour=True))
    assert all(b"\x1b[" not in line for line in written(LogFormat.JSON, colour=True))
    assert all(b"\x1b[" not in line for line in written(LogFormat.PLAIN, colour=True))


@pytest.mark.parametrize(
    ("environment", "terminal", "expected"),
    [
        ({"TERM": "xterm"}, True, True),
        ({"TERM": "xterm"}, False, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, True, False),
        ({"TERM": "xterm", "NO_COLOR": ""}, True, True),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_when_to_colour(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], terminal: bool, expected: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wants_colour(terminal) is expected


def test_what_is_not_utf8_is_shown_as_binary() -> None:
    assert shown_text("\xff\x00a") == "binary: ff 00 61"
    assert shown_text("caf\xc3\xa9\n") == "café\n"


def test_a_json_entry_is_one_line() -> None:
    stream = Recorder()
    Log(stream, LogFormat.JSON, now=lambda: MOMENT).log("a\nb\x00")  # type: ignore[arg-type]
    assert stream.writes[0].count(b"\n") == 1
    assert json.loads(stream.writes[0])["msg"] == "a\nb\0"


def test_a_stream_that_takes_nothing_more() -> None:
    class Gone(Recorder):
        def write(self, data: object) -> int:
            raise BrokenPipeError(32, "Broken pipe")

    log = Log(Gone())  # type: ignore[arg-type]
    with pytest.raises(LogClosedError):
        log.log("x")
    assert isinstance(log.failure, BrokenPipeError)


def test_a_flood_is_slowed_down_and_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imp_runtime.log.FLOOD", 1000)
    told: list[str] = []
    stream = Recorder()
    log = Log(stream, LogFormat.PLAIN, flooded=lambda: told.append("flood"))  # type: ignore[arg-type]
    began = time.monotonic()
    for _ in range(1000):
        log.log("x")
    assert told == []
    for _ in range(3000):
        log.log("x")
    # A long entry counts for each of its KB.
    log.log("x" * 1024 * 1000)
    assert told == ["flood"]
    assert len(stream.writes) == 4001
    assert time.monotonic() - began >= 3500 / FLOOD_RATE


def test_entries_of_the_device() -> None:
    stream = Recorder()
    log = DeviceLog(Log(stream, LogFormat.PLAIN))  # type: ignore[arg-type]
    log.log("a")
    log.error("b")
    assert stream.writes == [b"[Device] a\n", b"[Device] ERROR: b\n"]
