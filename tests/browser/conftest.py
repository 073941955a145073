"""A headless Chromium without network, and axe-core to look at its pages."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


ROOT = Path(__file__).parents[2]
AXE = Path(os.environ.get("GMSD_AXE", ROOT / ".browser" / "package" / "axe.min.js"))
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="no playwright: run make test-browser"
    )
    with playwright.sync_playwright() as started:
        try:
            browser = started.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox"]
            )
        except playwright.Error:
            pytest.skip("no Chromium: run make test-browser")
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium) -> Iterator[Callable[[], object]]:
    """A page of a browser of its own; any message of an error fails the test."""
    contexts, wrong = [], []

    def page():
        context = chromium.new_context()
        contexts.append(context)
        made = context.new_page()
        made.on("pageerror", lambda error: wrong.append(str(error)))
        made.on(
            "console",
            lambda said: wrong.append(said.text) if said.type == "error" else None,
        )
        return made

    yield page
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def violations() -> Callable[[object], list[str]]:
    """What axe-core finds wrong on a page: rule and place."""
    if not AXE.is_file():
        pytest.skip("no axe-core: run make test-browser")
    source = AXE.read_text("utf-8")

    def look(page) -> list[str]:
        page.evaluate(source)
        found = page.evaluate(
            "rules => axe.run(document, {runOnly: rules, preload: false})", RULES
        )
        return [
            f"{one['id']}: {node['target']}"
            for one in found["violations"]
            for node in one["nodes"]
        ]

    return look
