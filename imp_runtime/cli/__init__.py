"""The command line: one file a verb."""

from imp_runtime.cli.main import main

__all__ = ["main"]
