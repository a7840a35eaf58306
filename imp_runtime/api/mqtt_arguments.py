"""What scripts hand to ``mqtt``: topics, filters, QoS levels and options, checked (core sheet, sections 2.2 to 2.5)."""

from __future__ import annotations

from typing import Final

from imp_runtime.natives import byte_string
from imp_runtime.net.amqp_url import UrlError
from imp_runtime.net.mqtt_notices import BAD_QOS, BAD_UTF8_STRING, TOPICNAME_TRUNCATED, MqttSettings
from imp_runtime.net.mqtt_packets import MOST_PAYLOAD, MOST_TEXT
from imp_runtime.net.mqtt_url import parse_mqtt_url
from squirrel.errors import SquirrelError
from squirrel.ops.call import parameter_error
from squirrel.ops.text import type_name
from squirrel.values.array import Array
from squirrel.values.base import strong
from squirrel.values.blob import Blob
from squirrel.values.table import MISSING, Table

_MOST_FILTERS: Final = 10
_MOST_CLIENT_ID: Final = 255
_DEFAULT_KEEPALIVE: Final = 60
_LEAST_KEEPALIVE: Final = 30
_MOST_KEEPALIVE: Final = 65535


class Rejected(Exception):
    """An argument for which there is a result code instead of an error."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


def settings_of(url: bytes, client_id: bytes, options: Table | None) -> MqttSettings:
    """The arguments of ``connect``.

    Raises:
        SquirrelError: one of them is wrong; the text never shows a password.
    """
    if not 1 <= len(client_id) <= _MOST_CLIENT_ID:
        raise SquirrelError(f"the client id must have 1 to {_MOST_CLIENT_ID} characters")
    try:
        parsed = parse_mqtt_url(_text(url, "the URL"))
    except UrlError as error:
        # The text alone: the error must not be kept.
        message = byte_string(str(error))
    else:
        username = _option(options, "username")
        password = _option(options, "password")
        if password is not None:
            _text(password, "the option 'password'")
            if username is None:
                raise SquirrelError("the option 'password' needs the option 'username'")
        will_topic = _option(options, "willtopic")
        will_message = _option(options, "willmessage")
        return MqttSettings(
            url=parsed,
            client_id=_text(client_id, "the client id"),
            keepalive=_keepalive(options),
            username=None if username is None else _text(username, "the option 'username'"),
            password=password,
            will=None if will_topic is None else (topic_text(will_topic), will_message or b""),
        )
    raise SquirrelError(message)


def _option(options: Table | None, name: str) -> bytes | None:
    value = MISSING if options is None else options.get(name)
    if value is MISSING or value is None:
        return None
    if not isinstance(value, (str, Blob)):
        raise SquirrelError(f"the option '{name}' must be a string or a blob, not a {type_name(value)}")
    data = value.encode("latin-1") if isinstance(value, str) else bytes(value.data)
    if len(data) > MOST_TEXT:
        raise SquirrelError(f"the option '{name}' is longer than {MOST_TEXT} bytes")
    return data


def _keepalive(options: Table | None) -> int:
    value = MISSING if options is None else options.get("keepalive")
    if value is MISSING or value is None:
        return _DEFAULT_KEEPALIVE
    if type(value) is not int or not (value == 0 or _LEAST_KEEPALIVE <= value <= _MOST_KEEPALIVE):
        raise SquirrelError(
            f"the option 'keepalive' must be an integer from {_LEAST_KEEPALIVE} to {_MOST_KEEPALIVE}, or 0 for none"
        )
    return value


def message_options(options: Table | None) -> tuple[int, bool]:
    """QoS and retain flag of the options of ``createmessage``.

    Raises:
        SquirrelError: one of them is wrong.
    """
    qos: object = 0
    retain: object = False
    if options is not None:
        found = options.get("qos")
        qos = 0 if found is MISSING or found is None else found
        found = options.get("retain")
        retain = False if found is MISSING or found is None else found
    if type(qos) is not int or not 0 <= qos <= 2:
        raise SquirrelError("the option 'qos' must be 0, 1 or 2")
    if type(retain) is not bool:
        raise SquirrelError(f"the option 'retain' must be a bool, not a {type_name(retain)}")
    return qos, retain


def check_payload(payload: bytes) -> None:
    """Raises SquirrelError for a message that is too large."""
    if len(payload) > MOST_PAYLOAD:
        raise SquirrelError(f"the message has {len(payload)} bytes; at most {MOST_PAYLOAD} are possible")


def topic_text(topic: bytes) -> str:
    """A topic to publish on.

    Raises:
        SquirrelError: it is no topic.
    """
    text = _text(topic, "the topic")
    if not text:
        raise SquirrelError("the topic is empty")
    if "\0" in text:
        raise SquirrelError("the topic holds a zero byte")
    if "+" in text or "#" in text:
        raise SquirrelError("the topic of a message must not hold the wildcards + and #")
    if len(topic) > MOST_TEXT:
        raise SquirrelError(f"the topic is longer than {MOST_TEXT} bytes")
    return text


def _text(data: bytes, what: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise SquirrelError(f"{what} is not valid UTF-8") from None


def filters_of(topics: str | Blob | Array) -> list[str]:
    """The topic filters of ``subscribe`` and ``unsubscribe``: one, or an array of at most ten.

    Raises:
        SquirrelError: there are none or too many, or one is no filter.
        Rejected: one is not UTF-8 or holds a zero byte.
    """
    if not isinstance(topics, Array):
        return [_filter(topics)]
    if not 1 <= len(topics.items) <= _MOST_FILTERS:
        raise SquirrelError(f"1 to {_MOST_FILTERS} topics are possible, not {len(topics.items)}")
    return [_filter(strong(topic)) for topic in topics.items]


def _filter(topic: object) -> str:
    if not isinstance(topic, (str, Blob)):
        raise parameter_error(1, topic, "string|blob|array")
    data = topic.encode("latin-1") if isinstance(topic, str) else bytes(topic.data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Rejected(BAD_UTF8_STRING, "a topic is not valid UTF-8") from None
    if "\0" in text:
        raise Rejected(TOPICNAME_TRUNCATED, "a topic holds a zero byte")
    if not text:
        raise SquirrelError("the topic is empty")
    if len(data) > MOST_TEXT:
        raise SquirrelError(f"the topic is longer than {MOST_TEXT} bytes")
    levels = text.split("/")
    if any(len(level) > 1 and ("+" in level or "#" in level) for level in levels) or "#" in levels[:-1]:
        shown = byte_string(text)
        raise SquirrelError(f"'{shown}' is no topic filter: + and # stand for whole levels, and # only for the last")
    return text


def qos_levels(qos: int | Array, count: int) -> list[int]:
    """The QoS for each of so many filters, given once or for each.

    Raises:
        SquirrelError: there are not as many as filters, or one is no integer.
        Rejected: one is neither 0, 1 nor 2.
    """
    levels = [strong(level) for level in qos.items] if isinstance(qos, Array) else [qos] * count
    if len(levels) != count:
        raise SquirrelError(f"there are {count} topics, but {len(levels)} QoS levels")
    found: list[int] = []
    for level in levels:
        if type(level) is not int:
            raise parameter_error(2, level, "integer|array")
        if not 0 <= level <= 2:
            raise Rejected(BAD_QOS, f"{level} is no QoS")
        found.append(level)
    return found
