"""A profile of the broker that behaves like an IoT hub towards its devices (`impsim broker --profile iothub`).

* `hub.py`: the hub: its devices, their telemetry, the messages for them; `config.py`: its settings
* `access.py`: what one connection may do, by the tokens that it put to `$cbs`
* `sas.py`, `devices.py`: shared access signatures; devices and policies with their keys
* `mailbox.py`, `journal.py`: the messages for one device; bounded records of what happened
* `http.py`, `admin.py`, `registry.py`: a small HTTP server; the API for a desk, and the registry of devices
"""

from __future__ import annotations

from imp_runtime.broker.iothub.config import HubConfig
from imp_runtime.broker.iothub.hub import IotHub
from imp_runtime.broker.iothub.sas import create_token

__all__ = ["HubConfig", "IotHub", "create_token"]
