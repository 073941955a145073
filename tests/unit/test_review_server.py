"""The booth: who gets in, what a form is worth, and what nobody else can do."""

import http.client
import re
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from urllib.parse import urlencode

import pytest

from outputs.clearance import Verdict
from outputs.errors import NotCleared, ReleaseRefused
from secure_env.review_server import Booth, run, server
from tests.unit.test_review import a_dossier


class Votes:
    """What was cast; refuses the second vote of a checker, as `gmsd clear` does."""

    def __init__(self) -> None:
        self.cast: list[tuple[str, Verdict, str]] = []

    def __call__(self, name: str, verdict: Verdict, comment: str) -> str:
        if any(name == one[0] for one in self.cast):
            raise NotCleared(f"{name} voted on this candidate already")
        self.cast.append((name, verdict, comment))
        return "partly reviewed" if len(self.cast) == 1 else "reviewed"


class Browser:
    """A checker's browser: keeps its cookie, follows no link by itself."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie = ""

    def ask(
        self, method: str, path: str, body: str = "", **headers: str
    ) -> tuple[int, str, dict[str, str]]:
        sent = {"Host": f"127.0.0.1:{self.port}", "Cookie": self.cookie} | headers
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        page = answer.read().decode()
        connection.close()
        got = dict(answer.getheaders())
        self.cookie = got.get("Set-Cookie", self.cookie).partition(";")[0]
        return answer.status, page, got

    def form(self) -> dict[str, str]:
        _, page, _ = self.ask("GET", "/")
        return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))

    def vote(self, form: dict[str, str], **headers: str) -> int:
        return self.ask("POST", "/vote", urlencode(form), **headers)[0]


@pytest.fixture
def votes() -> Votes:
    return Votes()


@pytest.fixture
def booth(votes: Votes) -> Booth:
    return Booth(a_dossier({}), ["bert", "carla"], votes)


@pytest.fixture
def port(booth: Booth) -> Iterator[int]:
    with server(booth, 0) as serving:
        thread = threading.Thread(target=serving.serve_forever, args=(0.01,))
        thread.start()
        yield serving.server_address[1]
        serving.shutdown()
        thread.join()


def inside(booth: Booth, port: int, name: str) -> Browser:
    browser = Browser(port)
    assert browser.ask("GET", booth.links[name])[0] == 303
    return browser


def test_two_checkers_vote_and_neither_sees_what_the_other_said(booth, port, votes):
    bert, carla = (inside(booth, port, name) for name in ("bert", "carla"))
    given = {"verdict": "reject", "comment": "te weinig uitleg"}
    assert bert.vote(bert.form() | given) == 303
    assert "Stand: partly reviewed" in bert.ask("GET", "/")[1]
    seen = carla.ask("GET", "/")[1]
    assert "te weinig uitleg" not in seen
    assert "bert" not in seen
    assert carla.vote(carla.form() | {"verdict": "approve"}) == 303
    assert votes.cast == [
        ("bert", Verdict.REJECT, "te weinig uitleg"),
        ("carla", Verdict.APPROVE, ""),
    ]


def test_a_link_works_once(booth, port):
    path = booth.links["bert"]
    inside(booth, port, "bert")
    assert Browser(port).ask("GET", path)[0] == 403
    assert Browser(port).ask("GET", "/enter?token=guessed")[0] == 403
    assert list(booth.links) == ["carla"]


def test_nobody_reads_without_a_session(booth, port):
    assert Browser(port).ask("GET", "/")[0] == 403
    forged = Browser(port)
    forged.cookie = "gmsd_review=guessed"
    assert forged.ask("GET", "/")[0] == 403
    forged.cookie = "a(b=1"
    assert forged.ask("GET", "/")[0] == 403
    assert forged.ask("GET", "/other")[0] == 404


def test_each_checker_is_told_the_link(booth, monkeypatch):
    monkeypatch.setattr(ThreadingHTTPServer, "serve_forever", lambda _: None)
    said: list[str] = []
    run(booth, 0, said.append)
    assert [line.split(": ")[0] for line in said[:2]] == ["bert", "carla"]
    assert re.search(r"http://127\.0\.0\.1:\d+/enter\?token=[\w-]{43}$", said[0])


@pytest.mark.parametrize(
    "change",
    [
        {"token": "guessed"},
        {"candidate": "e" * 64},
        {"verdict": "maybe"},
    ],
)
def test_a_form_that_is_not_of_this_session_and_candidate_is_refused(
    booth, port, votes, change
):
    bert = inside(booth, port, "bert")
    assert bert.vote(bert.form() | {"verdict": "approve"} | change) == 403
    assert votes.cast == []


def test_the_form_of_one_checker_is_nothing_to_another(booth, port, votes):
    bert, carla = (inside(booth, port, name) for name in ("bert", "carla"))
    assert carla.vote(bert.form() | {"verdict": "approve"}) == 403
    assert votes.cast == []


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Host": "evil.example"}]
)
def test_another_site_cannot_vote_or_read(booth, port, votes, headers):
    bert = inside(booth, port, "bert")
    assert bert.vote(bert.form() | {"verdict": "approve"}, **headers) == 403
    assert bert.ask("GET", "/", **headers)[0] == 403
    assert votes.cast == []


def test_a_vote_that_is_refused_is_told_and_the_form_is_gone(booth, port, votes):
    bert = inside(booth, port, "bert")
    form = bert.form() | {"verdict": "approve"}
    assert [bert.vote(form), bert.vote(form)] == [303, 303]
    page = bert.ask("GET", "/")[1]
    assert "Uw stem is niet aangenomen: bert voted on this candidate already" in page
    assert "<form" not in page
    assert len(votes.cast) == 1


def test_after_a_refusal_the_checker_can_vote_again(port, booth, monkeypatch):
    bert, told = inside(booth, port, "bert"), booth._cast

    def refuses(*_: object) -> str:
        raise ReleaseRefused("the candidate has 4 files, 1 of which may not leave")

    monkeypatch.setattr(booth, "_cast", refuses)
    assert bert.vote(bert.form() | {"verdict": "approve"}) == 303
    page = bert.ask("GET", "/")[1]
    assert "Uw stem is niet aangenomen: the candidate has 4 files" in page
    monkeypatch.setattr(booth, "_cast", told)
    assert bert.vote(bert.form() | {"verdict": "approve"}) == 303
    page = bert.ask("GET", "/")[1]
    assert "Stand: partly reviewed" in page
    assert "<form" not in page


def test_letters_beyond_ascii_are_a_refusal_and_no_accident(booth, port):
    assert Browser(port).ask("GET", "/enter?token=%C3%A9")[0] == 403
    assert booth.read("\N{LATIN SMALL LETTER E WITH ACUTE}").status == 403
    bert = inside(booth, port, "bert")
    form = bert.form() | {"verdict": "approve"}
    assert bert.vote(form | {"token": "\N{SNOWMAN}"}) == 403


def test_too_much_is_not_read(booth, port):
    bert = inside(booth, port, "bert")
    assert bert.ask("POST", "/vote", "x" * 20_001)[0] == 413
    assert bert.ask("POST", "/other", "x")[0] == 403


def test_the_page_loads_and_runs_nothing_and_says_so(booth, port):
    bert = inside(booth, port, "bert")
    status, page, headers = bert.ask("GET", "/")
    policy = headers["Content-Security-Policy"]
    assert status == 200
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script" not in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["Cache-Control"] == "no-store"
    # With no-referrer a browser sends the form with the origin null, and is refused.
    assert headers["Referrer-Policy"] == "same-origin"
    assert not re.search(r"<script|\son\w+=|style=", page)


def test_the_cookie_is_of_this_site_and_no_script(booth, port):
    cookie = Browser(port).ask("GET", booth.links["bert"])[2]["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
