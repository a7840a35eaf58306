"""The sample of an agent and its device."""

from __future__ import annotations

from pathlib import Path

from imp_runtime.device.script import read_events
from imp_runtime.status import ExitStatus
from tests.imp_runtime.device.device_run import run_pair

SAMPLES = Path(__file__).parents[3] / "samples"


def test_a_day_of_the_pair() -> None:
    ran = run_pair(
        (SAMPLES / "device_agent.nut").read_text(),
        (SAMPLES / "device_device.nut").read_text(),
        events=read_events((SAMPLES / "device_day.jsonl").read_text()),
    )
    assert ran.status is ExitStatus.OK
    assert ran.agent == [
        "the device is connected",
        "reading 1: 22.5 degrees",
        "reading 2: 27.2943 degrees",
        "reading 3: 30.9147 degrees",
        "the device is gone",
        "the device is connected",
        "reading 6: 28.4847 degrees",
        "readings that were lost: 2",
        "reading 7: 23.9112 degrees",
        "reading 8: 18.9922 degrees",
        "reading 9: 14.932 degrees",
        "reading 100: 5.5 degrees",
        "reading 10: 12.7247 degrees",
        "mean of 9 readings: 20.6",
    ]
    assert ran.device == [
        "a reading every 3600 s",
        "a reading every 1800 s",
        "a reading every 1800 s",
        "a reading every 3600 s",
    ]
