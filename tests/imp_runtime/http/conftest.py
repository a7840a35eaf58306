"""What every test of HTTP needs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.imp_runtime.http.client import opened


@pytest.fixture(autouse=True)
def close_what_was_opened() -> Iterator[None]:
    yield
    while opened:
        opened.pop().close()
