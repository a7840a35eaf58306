"""Tests written in Squirrel: expectation comments, and what a run is checked against."""

from __future__ import annotations

from imp_runtime.testing.expectations import (
    CompileFailure,
    Expectations,
    ExpectationSyntaxError,
    Frame,
    Mismatch,
    Outcome,
    RuntimeFailure,
    check,
    read_expectations,
)

__all__ = [
    "CompileFailure",
    "Expectations",
    "ExpectationSyntaxError",
    "Frame",
    "Mismatch",
    "Outcome",
    "RuntimeFailure",
    "check",
    "read_expectations",
]
