"""The embedded AMQP 1.0 development broker (`impsim broker`, `impsim run --broker`).

A broker for a desk and for CI: queues by address made on demand, in memory only, no persistence, not for production.

* `config.py`, `broker.py`, `thread.py`: settings, the broker, the broker on a thread
* `listener.py`, `certificates.py`, `sasl.py`: sockets, TLS, the opening of a connection
* `connection.py`, `links.py`, `queue.py`, `cbs.py`: a peer, its links, the queues, the `$cbs` node
* `profile.py`, `iothub/`: what the broker may be made to imitate; an IoT hub
* `encoding.py`, `events.py`: looks into encoded messages, the log
"""

from __future__ import annotations

from imp_runtime.broker.broker import Broker
from imp_runtime.broker.cbs import AcceptAnyToken, PutToken, TokenAnswer, TokenPolicy
from imp_runtime.broker.config import BrokerConfig
from imp_runtime.broker.events import BrokerEvent
from imp_runtime.broker.thread import BrokerThread

__all__ = [
    "AcceptAnyToken",
    "Broker",
    "BrokerConfig",
    "BrokerEvent",
    "BrokerThread",
    "PutToken",
    "TokenAnswer",
    "TokenPolicy",
]
