"""docs/api.md is what ``impsim api --markdown`` prints."""

from __future__ import annotations

from pathlib import Path

from tests.command import Cli
from tests.docs.documents import ROOT


def test_the_page_is_that_of_the_code(tmp_path: Path) -> None:
    done = Cli(tmp_path)("api", "--markdown")
    assert done.returncode == 0
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert page == done.stdout, "write it anew: impsim api --markdown > docs/api.md"
