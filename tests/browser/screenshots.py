"""Pictures of every page, as a person gets them: `make screenshots`.

python -m tests.browser.screenshots ENVIRONMENT PERIOD FOLDER RELEASE...
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from secure_env import cli


WIDE, NARROW = {"width": 1280, "height": 1000}, {"width": 390, "height": 844}


def make_pages(
    environment: str, period: str, folder: Path, releases: list[str]
) -> None:
    """Dashboard, reports and dossier, by the commands that make them."""
    pages = folder / "pages"
    for words in (
        ["site", *releases, "--to", f"{pages}/site"],
        ["report", *releases, "--to", f"{pages}/reports", "--kind", "html", "pdf"],
        ["review", environment, period, "--to", f"{pages}/review.html"],
    ):
        assert cli.main(words) == 0, words


def take(browser: Browser, folder: Path) -> None:
    """One picture per page, and of the dashboard one per view."""
    pages = folder / "pages"
    site = (pages / "site" / "index.html").as_uri()
    report = min((pages / "reports").glob("GM*.html")).as_uri()
    wanted = {
        "dashboard-now": (f"{site}#v=now", WIDE),
        "dashboard-time": (f"{site}#v=time", WIDE),
        "dashboard-wijk": (f"{site}#v=wijk", WIDE),
        "dashboard-english": (f"{site}#v=now&l=en", WIDE),
        "dashboard-telephone": (f"{site}#v=now", NARROW),
        "report": (report, WIDE),
        "review": ((pages / "review.html").as_uri(), WIDE),
    }
    for name, (url, size) in wanted.items():
        page = browser.new_page(viewport=size)
        page.goto(url)
        page.wait_for_selector("article, section, #content p")
        page.screenshot(path=folder / f"{name}.png", full_page=name != "review")
        page.close()


def main(environment: str, period: str, to: str, *releases: str) -> None:
    folder = Path(to).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    make_pages(environment, period, folder, list(releases))
    with sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        take(browser, folder)
        browser.close()
    sys.stdout.write(f"pictures in {folder}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
