"""The stored parser tables."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from squirrel.syntax import generator, tables
from squirrel.syntax.parser import Parser


def test_stored_tables_equal_fresh_ones(tmp_path: Path) -> None:
    path = generator.write(tmp_path)
    assert [path] == list(tmp_path.iterdir())
    digest = tables.digest_of(tables.grammar_text())
    stored = tables.from_json(path.read_text("utf-8"), digest)
    assert stored is not None
    fresh = generator.build(tables.grammar_text())
    assert stored.to_json(digest) == fresh.to_json(digest)
    assert len(Parser(stored, "local a = {b = 1}\nfunction f() {}", "test").parse().statements) == 2


def test_tables_that_ship_with_the_package_are_those_of_the_grammar() -> None:
    text = resources.files("squirrel.grammar").joinpath(tables.FILE).read_text("utf-8")
    grammar = tables.grammar_text()
    assert text == generator.build(grammar).to_json(tables.digest_of(grammar)), "run: make grammar"


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"digest": "d", "tables": {}}', '{"digest": "d", "tables": 1}'])
def test_damaged_tables_are_ignored(text: str) -> None:
    assert tables.from_json(text, "d") is None


def test_tables_of_another_grammar_are_ignored() -> None:
    text = generator.build(tables.grammar_text()).to_json("old")
    assert json.loads(text)["digest"] == "old"
    assert tables.from_json(text, "new") is None
    assert tables.from_json(text, "old") is not None


def test_every_rule_has_its_action() -> None:
    # The constructor looks all of them up.
    parser = Parser(tables.load(), "", "test")
    assert parser.parse().statements == []


def test_tree_alone_does_not_load_lark() -> None:
    program = "import sys, squirrel.syntax.ast; sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0
