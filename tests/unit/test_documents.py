"""The generated documents: complete, and current."""

import importlib
from pathlib import Path

import pytest

from tests import spec
from tests.support import documents


def test_every_generated_document_is_current():
    assert documents.stale() == [], "run make docs"


def test_every_chapter_is_in_the_specification():
    written = {path.stem for path in Path(spec.__file__).parent.glob("test_*.py")}
    assert written == set(spec.CHAPTERS)


@pytest.mark.parametrize("chapter", spec.CHAPTERS)
def test_every_test_of_a_chapter_gives_an_example_and_a_sentence(chapter):
    tests = documents.tests_of(importlib.import_module(f"tests.spec.{chapter}"))
    assert tests
    for test in tests.values():
        assert documents.record(test)
        assert test.__doc__


def test_a_stale_document_is_named(tmp_path, capsys):
    assert documents.main(["--write"], tmp_path) == 0
    assert documents.main(["--check"], tmp_path) == 0
    (tmp_path / "docs" / "spec.md").write_text("something else", "utf-8")
    assert documents.main(["--check"], tmp_path) == 1
    assert capsys.readouterr().err == "docs/spec.md is not current; run make docs\n"


def test_an_example_is_printed_with_its_settings():
    text = documents.specification()
    assert "### A shared benefit counts once in a household" in text
    assert "*indicator `STA_HUISHOUDENS`, period `2023-H1`*" in text
    assert "not participating `GM0392`" in text
