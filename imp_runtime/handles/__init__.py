"""Open handles of a script: where each was opened, and what keeps it open."""

from imp_runtime.handles.report import Handles

__all__ = ["Handles"]
