"""``http``: requests both ways, codecs, digests (http sheet, sections 1 to 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imp_runtime.api.http_codecs import decode_base64, decode_url, encode_base64, encode_url
from imp_runtime.api.http_hash import Hash
from imp_runtime.api.http_json import decode_json, encode_json
from imp_runtime.natives import Callback, HostObject, Module, attribute, method
from imp_runtime.serialisation import described
from squirrel.ops.text import check_text
from squirrel.values.blob import Blob
from squirrel.values.table import Table

if TYPE_CHECKING:
    from imp_runtime.agent import Agent
    from imp_runtime.api.http_incoming import Incoming
    from imp_runtime.api.http_outgoing import Outgoing
    from imp_runtime.api.http_requests import HttpRequest, HttpStream


class Http(Module, name="http"):
    """The ``http`` object of an agent."""

    def __init__(self, agent: Agent) -> None:
        super().__init__()
        self._agent = agent
        self._hash = Hash()
        self._outgoing: Outgoing | None = None
        self._incoming: Incoming | None = None

    @property
    def _requests(self) -> Outgoing:
        """What sends requests; made at the first one: its libraries take longer to load than most scripts to run."""
        if self._outgoing is None:
            from imp_runtime.api.http_outgoing import Outgoing

            self._outgoing = Outgoing(self._agent)
        return self._outgoing

    @property
    def _listener(self) -> Incoming:
        """What takes requests; made when it is needed.

        Raises:
            SquirrelError: the port is not to be had.
        """
        if self._incoming is None:
            from imp_runtime.api.http_incoming import Incoming

            self._incoming = Incoming(self._agent)
        return self._incoming

    def _request(self, verb: str, url: str, headers: Table | None, body: bytes) -> HttpRequest:
        from imp_runtime.api.http_requests import HttpRequest

        return HttpRequest(self._agent.machine, self._requests, verb, url, headers, body)

    def _stream(self, verb: str, url: str, headers: Table | None, callback: Callback) -> HttpStream:
        from imp_runtime.api.http_requests import HttpStream

        return HttpStream(self._agent.machine, self._requests, verb, url, headers, callback)

    @method
    def request(self, verb: str, url: str, headers: Table | None, body: bytes) -> HostObject:
        """A request with any verb; nothing is sent before ``sendasync`` or ``sendsync``.

        Raises:
            SquirrelError: a verb or header that cannot be sent; so do the other makers of requests.
        """
        return self._request(verb, url, headers, body)

    @method
    def get(self, url: str, headers: Table | None = None) -> HostObject:
        """A GET request."""
        return self._request("GET", url, headers, b"")

    @method
    def httpdelete(self, url: str, headers: Table | None = None) -> HostObject:
        """A DELETE request."""
        return self._request("DELETE", url, headers, b"")

    @method
    def post(self, url: str, headers: Table | None, body: bytes) -> HostObject:
        """A POST request."""
        return self._request("POST", url, headers, body)

    @method
    def put(self, url: str, headers: Table | None, body: bytes) -> HostObject:
        """A PUT request."""
        return self._request("PUT", url, headers, body)

    @method
    def requeststream(self, verb: str, url: str, headers: Table | None, callback: Callback) -> HostObject:
        """A request whose body is sent piece by piece; ``callback(response)`` runs when it is over."""
        return self._stream(verb, url, headers, callback)

    @method
    def poststream(self, url: str, headers: Table | None, callback: Callback) -> HostObject:
        """A POST request whose body is sent piece by piece."""
        return self._stream("POST", url, headers, callback)

    @method
    def putstream(self, url: str, headers: Table | None, callback: Callback) -> HostObject:
        """A PUT request whose body is sent piece by piece."""
        return self._stream("PUT", url, headers, callback)

    @method
    def agenturl(self) -> str:
        """Where the agent is reached: ``http://127.0.0.1:PORT/AGENTID``; it listens from now on.

        Raises:
            SquirrelError: the port is not to be had.
        """
        self._listener.announce()
        return self._listener.url

    @method
    def onrequest(self, callback: Callback | None) -> None:
        """Register the function that answers requests, ``callback(request, response)``; null for none.

        Raises:
            SquirrelError: the port is not to be had.
        """
        if callback is not None or self._incoming is not None:
            self._listener.register(callback)
            self._listener.announce()

    @attribute
    def hash(self) -> Hash:
        """Digests and HMACs."""
        return self._hash

    @method
    def base64encode(self, data: bytes) -> str:
        """RFC 4648, on one line.

        Raises:
            SquirrelError: ``out of memory``: the text would be longer than strings may be.
        """
        check_text(self._agent.machine, (len(data) + 2) // 3 * 4)
        return encode_base64(data)

    @method
    def base64decode(self, data: bytes) -> Blob:
        """The bytes as a blob; an empty one when the data is not base64. White space is skipped."""
        return Blob(bytearray(decode_base64(data)))

    @method
    def urlencode(self, table: Table) -> str:
        """``key=value&...``, RFC 3986; an array as a value repeats its key.

        Raises:
            SquirrelError: ``out of memory``, or what a ``_tostring`` throws.
        """
        return encode_url(self._agent.machine, table)

    @method
    def urldecode(self, string: str) -> Table:
        """A table of strings; of an array of strings where a key comes more than once."""
        return decode_url(string)

    @method
    def jsonencode(self, value: object, settings: Table | None = None) -> str:
        """The JSON text of a value; without white space when ``settings.compact`` is true.

        What JSON cannot carry is left out of containers without a word; as the value itself it becomes ``null``, and an
        error is logged.

        Raises:
            SquirrelError: the value contains itself, or is nested too deep.
        """
        compact = settings is not None and settings.get("compact") is True
        text = encode_json(self._agent.machine, value, compact=compact)
        if text == "null" and value is not None and type(value) is not float:
            self._agent.log.error(f"http.jsonencode: a {described(value)} cannot be JSON; it became null")
        return text

    @method
    def jsondecode(self, json: str) -> object:
        """The value of a JSON text.

        Raises:
            SquirrelError: ``json parse error: ...``.
        """
        return decode_json(json)
