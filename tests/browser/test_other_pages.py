"""The report, the dossier, and two checkers who vote in browsers of their own."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from outputs.clearance import Verdict
from outputs.report import Reporting, report_html
from outputs.review import dossier_html
from secure_env.review_server import HOST, Booth, server
from tests.browser.test_dashboard import published  # noqa: F401 - a fixture
from tests.support.releases import a_candidate
from tests.support.stages import PERIOD
from tests.unit.test_review import a_dossier
from tests.unit.test_review_server import Votes


pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]


@pytest.fixture
def dossier(tmp_path):
    candidate = a_candidate(tmp_path / "candidate")
    return a_dossier({path: candidate.read(path) for path in candidate.files})


@pytest.fixture
def votes() -> Votes:
    return Votes()


@pytest.fixture
def links(dossier, votes) -> Iterator[dict[str, str]]:
    booth = Booth(dossier, ["bert", "carla"], votes)
    with server(booth, 0) as serving:
        thread = threading.Thread(target=serving.serve_forever, args=(0.01,))
        thread.start()
        address = f"http://{HOST}:{serving.server_port}"
        yield {name: address + path for name, path in booth.links.items()}
        serving.shutdown()
        thread.join()


def test_two_checkers_vote_in_two_browsers(new_page, links, votes, violations):
    bert, carla = new_page(), new_page()
    bert.goto(links["bert"])
    carla.goto(links["carla"])
    assert violations(bert) == []
    bert.get_by_label("Afkeuren").check()
    bert.get_by_label("Toelichting").fill("te weinig uitleg")
    bert.get_by_role("button", name="Stem uitbrengen").click()
    assert "Stand: partly reviewed" in bert.get_by_role("status").inner_text()
    assert bert.locator("form").count() == 0
    carla.reload()
    assert "te weinig" not in carla.content()
    carla.get_by_label("Goedkeuren").focus()
    carla.keyboard.press("Space")
    carla.keyboard.press("Tab")
    carla.keyboard.press("Tab")
    carla.keyboard.press("Enter")
    assert "Uw stem is binnen" in carla.get_by_role("status").inner_text()
    assert votes.cast == [
        ("bert", Verdict.REJECT, "te weinig uitleg"),
        ("carla", Verdict.APPROVE, ""),
    ]


def test_a_page_of_another_origin_cannot_vote(new_page, links, votes, tmp_path):
    page = new_page()
    page.goto(links["bert"])
    token = page.locator("input[name=token]").get_attribute("value")
    other = tmp_path / "evil.html"
    other.write_text(
        f'<form method="post" action="{links["bert"].split("/enter")[0]}/vote">'
        f'<input name="token" value="{token}"><input name="verdict" value="approve">'
        f'<input name="candidate" value="{"d" * 64}"><button>x</button></form>'
    )
    context = page.context
    evil = context.new_page()
    evil.goto(other.as_uri())
    evil.get_by_role("button").click()
    evil.wait_for_load_state()
    assert "kwam niet van deze pagina" in evil.content()
    assert votes.cast == []


def test_axe_finds_nothing_in_the_dossier(new_page, dossier, violations, tmp_path):
    path = tmp_path / "review.html"
    path.write_text(dossier_html(dossier), "utf-8")
    page = new_page()
    page.goto(path.as_uri())
    assert violations(page) == []


def test_axe_finds_nothing_in_a_report(new_page, published, violations, tmp_path):  # noqa: F811
    path = tmp_path / "report.html"
    path.write_text(report_html(Reporting(published).report("GM0344")), "utf-8")
    page = new_page()
    page.goto(path.as_uri())
    assert violations(page) == []


def test_pictures_are_made_in_a_folder_beside(proposed, released, tmp_path):
    """`make screenshots`, from another folder; what it leaves is what it says."""
    program = [sys.executable, "-m", "tests.browser.screenshots"]
    said = subprocess.run(
        [*program, str(proposed), PERIOD, "pictures", str(released)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert f"pictures in {tmp_path / 'pictures'}" in said.stdout
    made = {path.stem for path in (tmp_path / "pictures").glob("*.png")}
    assert {"dashboard-now", "dashboard-telephone", "report", "review"} < made
