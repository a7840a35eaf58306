"""The device that ``--device`` and ``--device-script`` name."""

from __future__ import annotations

from imp_runtime.cli.run import UnreadableError, read_source, text_problem
from imp_runtime.config import DeviceConfig, DeviceEvent


class DeviceSourceError(Exception):
    """The device's source is no text; the text is ``FILE:LINE:COLUMN: message``."""


def read_device(file: str | None, script: str | None) -> DeviceConfig | None:
    """What plays the device; None when neither is given.

    Raises:
        UnreadableError: a file cannot be read, or a line of the device script is wrong.
        DeviceSourceError: the device's source is no text.
    """
    if file is None and script is None:
        return None
    events = [] if script is None else _read_events(script)
    if file is None:
        return DeviceConfig(events=events)
    if file == "-":
        raise UnreadableError("--device: the device's source must be a file")
    source, name = read_source(file)
    problem = text_problem(source, name)
    if problem is not None:
        raise DeviceSourceError(problem)
    return DeviceConfig(source=source, script_name=name, events=events)


def _read_events(script: str) -> list[DeviceEvent]:
    # Imported late: JSON is not needed for anything else.
    from imp_runtime.device.script import DeviceScriptError, read_events

    content, name = read_source(script)
    try:
        return read_events(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableError(f"--device-script {name}:{line}: this is not UTF-8") from None
    except DeviceScriptError as error:
        raise UnreadableError(f"--device-script {name}:{error}") from None
