"""The options of ``impsim run``: declared once, as data, and read from command lines that have nothing special.

Importing click takes longer than a short script takes to run. A command line with nothing wrong in it is therefore read
by ``read_plain``; click gets the same declarations (``imp_runtime.cli.run_command``) and every other command line, to
show the help or to say what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from imp_runtime.cli.options import BadValueError, definition, megabytes, port, redirect, seconds
from imp_runtime.log import LogFormat


class Option:
    """One option.

    * `flag`: how it is written, `--timeout`
    * `name`: the parameter of `imp_runtime.cli.run.run` that gets its value
    * `read`: makes a value of a text, or raises BadValueError; None for an option without a value, a switch
    * `metavar`: what stands for the value in the help
    * `choices`: the only texts there are
    * `default`: the value when it is not given; a repeatable option has an empty tuple, a switch False
    * `repeatable`: may be given several times; the value is the tuple of all
    """

    def __init__(
        self,
        flag: str,
        name: str,
        read: Callable[[str], object] | None = str,
        *,
        help: str,
        metavar: str | None = None,
        choices: Sequence[str] = (),
        default: str | None = None,
        repeatable: bool = False,
    ) -> None:
        self.flag = flag
        self.name = name
        self.read = read
        self.help = help
        self.metavar = metavar
        self.choices = choices
        self.default: object = () if repeatable else False if read is None else default
        self.repeatable = repeatable


RUN_OPTIONS: Final = (
    Option(
        "--log-format",
        "log_format",
        choices=[log_format.value for log_format in LogFormat],
        default=LogFormat.IMPT.value,
        help="plain: just the text; impt: with time and type, as impt shows it; json: one object a line.",
    ),
    Option("--timeout", "timeout", seconds, metavar="SECONDS", help="Stop after that long, exit 124."),
    Option(
        "--define",
        "definitions",
        definition,
        metavar="NAME=VALUE",
        repeatable=True,
        help="A constant for the script: integer, float, true/false, else string; repeatable.",
    ),
    Option(
        "--broker",
        "embedded_broker",
        None,
        help="Start the embedded brokers and send every AMQP and MQTT connection of the script to them, TLS included.",
    ),
    Option(
        "--connect-to",
        "redirects",
        redirect,
        metavar="HOST:PORT=ADDR:PORT",
        repeatable=True,
        help="Redirect outgoing connections; certificate check and AMQP hostname stay those of HOST; repeatable.",
    ),
    Option(
        "--offline",
        "offline",
        None,
        help="Refuse every connection that would leave this machine; --connect-to may lead it back.",
    ),
    Option(
        "--http",
        "http_port",
        port,
        metavar="PORT",
        help="Where the agent's URL listens on the loopback address, and show the URL; 0: a free port, as without it.",
    ),
    Option("--tls-ca", "ca_files", metavar="FILE", repeatable=True, help="Trust this CA (PEM) too; repeatable."),
    Option(
        "--trace",
        "trace",
        choices=["amqp"],
        help="Show on stderr what goes over the network; amqp: every AMQP frame, decoded, without secrets.",
    ),
    Option(
        "--leaks",
        "leaks",
        None,
        help="Show on stderr the open handles and what holds them: at the end, and at each SIGUSR1.",
    ),
    Option(
        "--limits",
        "limits",
        choices=["impcloud"],
        help="Obey limits; impcloud: the platform's rates of requests, its number of timers, no answer to HEAD.",
    ),
    Option(
        "--device",
        "device_file",
        metavar="FILE",
        help="Run this device code beside the agent, connected to it by device and agent.",
    ),
    Option(
        "--device-script",
        "device_script",
        metavar="FILE",
        help="What happens to the device, and when: connect, disconnect, messages; one JSON object a line.",
    ),
    Option(
        "--fast",
        "fast",
        None,
        help="Virtual time: where everybody only waits, the clock jumps to what is due next.",
    ),
    Option(
        "--restart",
        "restart",
        None,
        help="Start a script that failed again, as the platform does: after 1 s, 2 s, 4 s ..., 10 times in a row.",
    ),
    Option(
        "--restart-after",
        "restart_after",
        seconds,
        metavar="SECONDS",
        help="Restart the agent once after that long, as the platform does to move it; server.onshutdown is told.",
    ),
    Option(
        "--max-memory",
        "max_memory",
        megabytes,
        metavar="MB",
        help="End a run that takes more memory, with an error and exit 70.",
    ),
    Option("--store", "store_file", metavar="FILE", help="Where server.save keeps its data; by default in memory."),
    Option("--no-cache", "no_cache", None, help="Parse the script anew, and keep nothing for later runs."),
)

_BY_FLAG: Final = {option.flag: option for option in RUN_OPTIONS}


def read_plain(words: Sequence[str]) -> dict[str, Any] | None:
    """The values of all options and of ``file``, from the words after ``run``.

    None where there is anything that click might read in another way or would complain about.
    """
    values: dict[str, Any] = {option.name: option.default for option in RUN_OPTIONS}
    rest = iter(words)
    for word in rest:
        if word == "-" or not word.startswith("-"):
            if not word or "file" in values:
                return None
            values["file"] = word
            continue
        flag, equals, text = word.partition("=")
        option = _BY_FLAG.get(flag)
        if option is None:
            return None
        if option.read is None:
            if equals:
                return None
            values[option.name] = True
            continue
        if not equals:
            text = next(rest, "")
        if not text or text.startswith("-") or (option.choices and text not in option.choices):
            return None
        try:
            value = option.read(text)
        except BadValueError:
            return None
        before = values[option.name]
        values[option.name] = (*before, value) if isinstance(before, tuple) else value
    return values if "file" in values else None
