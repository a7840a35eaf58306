"""The embedded broker as a process that logs nothing: ``python amqp_broker.py``. Prints its port."""

from __future__ import annotations

import threading

from imp_runtime.broker import BrokerConfig, BrokerThread

if __name__ == "__main__":
    # Room for what the benchmark sends and nobody receives.
    with BrokerThread(BrokerConfig(max_queue_length=10_000_000), lambda event: None) as broker:
        print(broker.port, flush=True)
        threading.Event().wait()
