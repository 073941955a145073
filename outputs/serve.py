"""A release on this computer, at the addresses that clients of StatLine know.

OData 3 under /ODataApi/odata, /ODataFeed/odata and /ODataCatalog; OData 4 under
/odata/v1. Listens on the loopback address only, reads, and changes nothing. A question
of another host name is refused: a web page could put one in front of this address.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from outputs import odata3, odata4
from outputs.dcat import dcat
from outputs.entities import EntitySet, Row, collection, dumped
from outputs.errors import ReleaseRefused
from outputs.odata_query import BadQuery, parse
from outputs.published import PublishedRelease, ReleasedTable, read_published


LOOPBACK = "127.0.0.1"
PAGE = 100_000
"""Rows of one answer; the address of the next ones is in it."""
MOST_CELLS = 10_000
"""Rows that /ODataApi gives at most, as at CBS; /ODataFeed gives all."""

_JSON, _JSONLD = "application/json; charset=utf-8", "application/ld+json"
_LAST_PORT = 65_535


class NotHere(Exception):
    """There is nothing at this address."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of an answer, and its type."""

    body: bytes
    kind: str = _JSON


@dataclass(frozen=True, slots=True)
class Service:
    """The addresses of one release; entity sets are kept once they were asked for."""

    release: PublishedRelease
    _made: dict[tuple[str, str], Mapping[str, EntitySet]] = field(default_factory=dict)

    def answer(self, root: str, path: str, options: Mapping[str, str]) -> Answer:
        """The answer at a path below the address `root`; NotHere, BadQuery."""
        parts = [part for part in path.split("/") if part]
        match [part.lower() for part in parts]:
            case ["odatacatalog"]:
                return _service({"Tables": ""}, f"{root}{path}", "odata.metadata")
            case ["odatacatalog", "tables"]:
                whole = odata3.catalogue(self.release)
                return _page(whole, _Place(root, path, options, 3))
            case [("odataapi" | "odatafeed"), "odata", _, *rest]:
                return self._three(_Place(root, path, options, 3), parts[2], rest)
            case ["odata", "v1", *rest]:
                return self._four(_Place(root, path, options, 4), parts[2:], rest)
        raise NotHere

    def _three(self, place: "_Place", code: str, rest: list[str]) -> Answer:
        sets = self._sets("3", code)
        if not rest:
            return _service(sets, place.here, "odata.metadata")
        entities = _named(sets, rest)
        most = MOST_CELLS if place.path.lower().startswith("/odataapi") else None
        return _page(entities, place, most)

    def _four(self, place: "_Place", parts: list[str], rest: list[str]) -> Answer:
        if rest == ["dcat.jsonld"]:
            return Answer(dcat(self.release), _JSONLD)
        if rest and rest[0] == odata4.CATALOG.lower():
            parts, rest = parts[1:], rest[1:]
        top = {
            "catalogs": odata4.catalogs(),
            "datasets": odata4.datasets(self.release),
        }
        if len(rest) == 1 and rest[0] in top:
            return _page(top[rest[0]], place)
        if not rest:
            return _service({"Catalogs": "", "Datasets": ""}, place.here, _CONTEXT)
        sets = self._sets("4", parts[0])
        if rest[1:] == ["properties"]:
            found = odata4.table_properties(self._table(parts[0]))
            return Answer(dumped({_CONTEXT: f"{place.here}", **found}).encode())
        if rest[1:]:
            return _page(_named(sets, rest[1:]), place)
        return _service([*sets, "Properties"], place.here, _CONTEXT)

    def _table(self, code: str) -> ReleasedTable:
        for table in self.release.tables:
            if table.code.lower() == code.lower():
                return table
        raise NotHere

    def _sets(self, version: str, code: str) -> Mapping[str, EntitySet]:
        table = self._table(code)
        if (version, table.code) not in self._made:
            layout = odata3 if version == "3" else odata4
            self._made[version, table.code] = layout.entity_sets(table)
        return self._made[version, table.code]


_CONTEXT = "@odata.context"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a question was asked, and in which version of OData."""

    root: str
    path: str
    options: Mapping[str, str]
    version: int

    @property
    def here(self) -> str:
        return f"{self.root}{self.path}"

    @property
    def words(self) -> tuple[str, str]:
        """The names of context and next page."""
        if self.version == 3:
            return "odata.metadata", "odata.nextLink"
        return _CONTEXT, "@odata.nextLink"


def _named(sets: Mapping[str, EntitySet], rest: list[str]) -> EntitySet:
    for name, entities in sets.items():
        if [name.lower()] == rest:
            return entities
    raise NotHere


def _service(names: "Mapping[str, object] | list[str]", here: str, word: str) -> Answer:
    """The service document: what there is below an address."""
    here = here.rstrip("/")
    rows: Iterator[Row] = (
        {"name": name, "kind": "EntitySet", "url": f"{here}/{name}"} for name in names
    )
    return Answer(collection(rows, {word: f"{here}/$metadata"}))


def _page(entities: EntitySet, place: _Place, most: int | None = None) -> Answer:
    """The rows asked for, as many as one answer holds."""
    query = parse(place.options, entities)
    limit = len(entities) if query.top is None else query.top
    found = list(islice(query.rows(entities), min(limit, PAGE) + 1))
    rows = found[: min(limit, PAGE)]
    if most is not None and len(rows) > most:
        raise BadQuery(f"more than {most} rows; use /ODataFeed, or $top and $skip")
    context, following = place.words
    head = {context: f"{place.here.rsplit('/', 1)[0]}/$metadata"}
    if len(found) > PAGE and limit > PAGE:
        head[following] = _next(place, query.skip + PAGE, limit - PAGE)
    return Answer(collection(rows, head))


def _next(place: _Place, skip: int, left: int) -> str:
    options = {**place.options, "$skip": str(skip)}
    if "$top" in options:
        options["$top"] = str(left)
    return f"{place.here}?{urlencode(options, quote_via=quote)}"


class _Handler(BaseHTTPRequestHandler):
    """Answers GET; logs nothing, since an address may hold what somebody looks for."""

    def __init__(self, service: Service, *given: object) -> None:
        self._service = service
        super().__init__(*given)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        host = self.headers.get("Host", "")
        if urlsplit(f"//{host}").hostname not in {LOOPBACK, "localhost"}:
            self._send(HTTPStatus.FORBIDDEN, _error("ask this by its own address"))
            return
        asked = urlsplit(self.path)
        options = dict(parse_qsl(asked.query, keep_blank_values=True))
        try:
            found = self._service.answer(f"http://{host}", unquote(asked.path), options)
        except NotHere:
            self._send(HTTPStatus.NOT_FOUND, _error("there is nothing at this address"))
        except BadQuery as error:
            self._send(HTTPStatus.BAD_REQUEST, _error(str(error)))
        else:
            self._send(HTTPStatus.OK, found)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing."""

    def _send(self, status: HTTPStatus, found: Answer) -> None:
        self.send_response(status)
        self.send_header("Content-Type", found.kind)
        self.send_header("Content-Length", str(len(found.body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(found.body)


def _error(sentence: str) -> Answer:
    said = {"error": {"code": "", "message": sentence}}
    return Answer(dumped(said).encode())


def server(
    folder: Path, port: int, public_key: Path | None = None
) -> ThreadingHTTPServer:
    """A server of a release that was found whole; it waits to be told to serve."""
    if not 0 <= port <= _LAST_PORT:
        raise ReleaseRefused(f"{port} is no port; give one from 0 to {_LAST_PORT}")
    service = Service(read_published(folder, public_key))
    return ThreadingHTTPServer((LOOPBACK, port), partial(_Handler, service))


def serve(folder: Path, port: int, public_key: Path | None = None) -> None:
    """Serve a release until interrupted."""
    with server(folder, port, public_key) as running:
        here = f"http://{LOOPBACK}:{running.server_address[1]}"
        sys.stdout.write(
            f"OData 3: {here}/ODataApi/odata; OData 4: {here}/odata/v1; "
            f"stop with Control-C\n"
        )
        sys.stdout.flush()
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            return
