"""The dossier with a form to vote, on this machine only.

A loopback port is open to everybody who is logged in here, so each checker gets a link
with a token that works once and is changed for a session cookie of the same site. A
form carries a token of its session and the digest of what was read; no other site, no
script and no frame comes near it. A vote is cast as `gmsd clear` casts it.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from urllib.parse import parse_qs, urlsplit

from outputs.clearance import Verdict
from outputs.errors import NotCleared, ReleaseRefused
from outputs.review import Ballot, Dossier, dossier_html
from secure_env import publish
from secure_env.errors import GmsdError, UsageError
from secure_env.rooms import Period
from secure_env.store import Folder


HOST = "127.0.0.1"
_MOST_BYTES = 20_000
_COOKIE = "gmsd_review"

Cast = Callable[[str, Verdict, str], str]
"""Name, verdict and comment -> the state that the vote leaves."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back: status, page, and headers besides the usual."""

    status: int
    page: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _Session:
    """A checker who followed a link: name, the token of the forms, what was said."""

    name: str
    form: str
    said: list[str] = field(default_factory=list)
    voted: bool = False


class Booth:
    """Who may come in, who is in, and what each gets to see."""

    def __init__(self, dossier: Dossier, checkers: Sequence[str], cast: Cast) -> None:
        self._dossier = dossier
        self._cast = cast
        self._lock = Lock()
        self._links = {secrets.token_urlsafe(32): name for name in checkers}
        self._sessions: dict[str, _Session] = {}

    @property
    def links(self) -> Mapping[str, str]:
        """Checker -> the path of the one-time link."""
        return {name: f"/enter?token={token}" for token, name in self._links.items()}

    def enter(self, token: str) -> Answer:
        """Change a token for a session; a token works once."""
        with self._lock:
            known = [one for one in self._links if _same(one, token)]
            if not known:
                return _refused("Deze link is al gebruikt of bestaat niet.")
            session = secrets.token_urlsafe(32)
            name = self._links.pop(known[0])
            self._sessions[session] = _Session(name, secrets.token_urlsafe(32))
        cookie = f"{_COOKIE}={session}; HttpOnly; SameSite=Strict; Path=/"
        return Answer(303, "", {"Location": "/", "Set-Cookie": cookie})

    def read(self, cookie: str) -> Answer:
        session = self._session(cookie)
        if session is None:
            return _refused("Volg eerst de eenmalige link die u kreeg.")
        said = tuple(session.said)
        ballot = Ballot(session.name, session.form, said, session.voted)
        return Answer(200, dossier_html(self._dossier, ballot))

    def vote(self, cookie: str, form: Mapping[str, str]) -> Answer:
        """Cast the vote of a session on the candidate that its form was of."""
        session = self._session(cookie)
        token = form.get("token", "")
        if session is None or not _same(session.form, token):
            return _refused("Dit formulier is niet van deze sessie.")
        if form.get("candidate") != self._dossier.digest:
            return _refused("Dit formulier gaat over een andere kandidaat.")
        if form.get("verdict") not in {each.value for each in Verdict}:
            return _refused("Kies goedkeuren of afkeuren.")
        with self._lock:
            try:
                state = self._cast(
                    session.name, Verdict(form["verdict"]), form.get("comment", "")
                )
                session.said.append(f"Uw stem is binnen. Stand: {state}.")
                session.voted = True
            except (NotCleared, ReleaseRefused, GmsdError) as error:
                session.said.append(f"Uw stem is niet aangenomen: {error}")
        return Answer(303, "", {"Location": "/#h-stem"})

    def _session(self, cookie: str) -> _Session | None:
        found = [one for one in self._sessions if _same(one, cookie)]
        return self._sessions[found[0]] if found else None


def _same(one: str, other: str) -> bool:
    """Compared in constant time; what was sent may be any text."""
    return compare_digest(one.encode(), other.encode(errors="replace"))


def _refused(why: str) -> Answer:
    page = f'<!doctype html><html lang="nl"><title>Geen toegang</title><p>{why}'
    return Answer(403, page)


def booth(
    period: Period, proposed: Folder, dossier: Dossier, checkers: Sequence[str]
) -> Booth:
    """A booth in which votes are cast as `gmsd clear` casts them."""
    strangers = set(checkers) - set(period.environment.checkers)
    if strangers:
        raise UsageError(
            f"{len(strangers)} of {len(checkers)} names are no checkers of this "
            f"environment; they are {', '.join(period.environment.checkers)}"
        )

    def cast(name: str, verdict: Verdict, comment: str) -> str:
        now = datetime.now(UTC)
        given = publish.Ballot(name, verdict, comment, now, dossier.digest)
        return publish.vote(period, proposed, given)

    return Booth(dossier, checkers, cast)


def server(at: Booth, port: int) -> ThreadingHTTPServer:
    """A server on loopback; the caller runs it and closes it."""
    return ThreadingHTTPServer((HOST, port), type("Handler", (_Handler,), {"at": at}))


def run(at: Booth, port: int, say: Callable[[str], object]) -> None:
    """Tell each checker the link, and serve until stopped."""
    with server(at, port) as serving:
        for name, path in at.links.items():
            say(f"{name}: http://{HOST}:{serving.server_port}{path}")
        say("each link works once; stop with Ctrl-C when the votes are in")
        serving.serve_forever()


class _Handler(BaseHTTPRequestHandler):
    """Requests to the booth, when they are asked of this machine by its own name."""

    at: Booth
    server_version, sys_version = "gmsd", ""

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if not self._is_ours():
            self._send(_refused("Vraag deze pagina op onder het adres in uw link."))
        elif asked.path == "/enter":
            self._send(self.at.enter(parse_qs(asked.query).get("token", [""])[0]))
        elif asked.path == "/":
            self._send(self.at.read(self._cookie()))
        else:
            self._send(Answer(404, "<!doctype html><title>Bestaat niet</title>"))

    def do_POST(self) -> None:
        size = self.headers.get("Content-Length", "")
        if not self._is_ours() or self.path != "/vote":
            self._send(_refused("Deze stem kwam niet van deze pagina."))
        elif not size.isdecimal() or int(size) > _MOST_BYTES:
            self._send(Answer(413, "<!doctype html><title>Te groot</title>"))
        else:
            said = self.rfile.read(int(size)).decode(errors="replace")
            form = {name: values[0] for name, values in parse_qs(said).items()}
            self._send(self.at.vote(self._cookie(), form))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing is logged: an address would hold the token."""

    def _is_ours(self) -> bool:
        """Host and Origin are ours: no rebound name, no form of another site."""
        assert isinstance(self.server, ThreadingHTTPServer)  # noqa: S101 - we made it
        address = f"{HOST}:{self.server.server_port}"
        origin = self.headers.get("Origin", f"http://{address}")
        return self.headers.get("Host") == address and origin == f"http://{address}"

    def _cookie(self) -> str:
        try:
            found = SimpleCookie(self.headers.get("Cookie", "")).get(_COOKIE)
        except CookieError:
            return ""
        return "" if found is None else found.value

    def _send(self, answer: Answer) -> None:
        content = answer.page.encode()
        self.send_response(answer.status)
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Length": str(len(content)),
            "Content-Security-Policy": _policy(answer.page),
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
            **answer.headers,
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def _policy(page: str) -> str:
    """Nothing is loaded or run; the page's own style is allowed by its hash."""
    styles = [
        f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'"
        for one in re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    ]
    allowed = " ".join(styles) or "'none'"
    return (
        f"default-src 'none'; style-src {allowed}; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
