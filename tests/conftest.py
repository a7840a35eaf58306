"""What every test process needs."""

from __future__ import annotations

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Started in the background of a shell, where Ctrl-C is ignored: the commands that tests start would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
