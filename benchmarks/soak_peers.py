"""What the soak connects to, in a process of its own: the embedded broker, and a way to it on which things go wrong.

``python soak_peers.py SEED`` prints the ports of both and runs until its standard input ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
import sys

from imp_runtime.broker import BrokerConfig, BrokerThread

# How a connection goes wrong, and how often.
FATES = {"none": 3, "reset": 3, "close": 2, "corrupt": 6, "stall": 1, "hang up at once": 1}


class FaultyWay:
    """Passes bytes to the broker and back until it does something else."""

    def __init__(self, port: int, seed: int) -> None:
        self._port = port
        self._random = random.Random(seed)

    async def serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        [fate] = self._random.choices(list(FATES), list(FATES.values()))
        after = self._random.randrange(1, 20_000)
        if fate == "hang up at once":
            to_client.close()
            return
        broker, to_broker = await asyncio.open_connection("127.0.0.1", self._port)
        forth = asyncio.create_task(self._pass(client, to_broker, "none", 0))
        back = asyncio.create_task(self._pass(broker, to_client, fate, after))
        await asyncio.wait([forth, back], return_when=asyncio.FIRST_COMPLETED)
        for task in (forth, back):
            task.cancel()
        if fate == "reset":
            plain = to_client.get_extra_info("socket")
            with contextlib.suppress(OSError):
                plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        for writer in (to_client, to_broker):
            writer.transport.abort()

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, fate: str, after: int) -> None:
        passed = 0
        with contextlib.suppress(ConnectionError):
            while data := await source.read(65536):
                if fate != "none" and passed + len(data) > after:
                    data = await self._spoil(data, max(0, after - passed), fate, source)
                    if not data:
                        return
                    fate = "none"
                passed += len(data)
                sink.write(data)
                await sink.drain()

    async def _spoil(self, data: bytes, at: int, fate: str, source: asyncio.StreamReader) -> bytes:
        """What is passed on instead of the data; nothing to end the connection."""
        if fate == "corrupt":
            return data[:at] + bytes([self._random.randrange(256)]) + data[at + 1 :]
        if fate == "stall":
            while await source.read(65536):
                pass
        return b""


async def main(seed: int) -> None:
    """Run until standard input ends."""
    with BrokerThread(BrokerConfig(), lambda event: None) as broker:
        way = FaultyWay(broker.port, seed)
        server = await asyncio.start_server(way.serve, "127.0.0.1", 0)
        print(broker.port, server.sockets[0].getsockname()[1], flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        server.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
