"""The public clients of StatLine read a release from `gmsd serve`, as they are."""

import json
import re
import threading
import urllib.error
import urllib.request

import cbsodata
import cbsodata4
import pandas as pd
import pytest
from cbsodata4 import httpx_client

from outputs import serve
from outputs.errors import ReleaseRefused, VerificationFailed
from outputs.frames import read_release
from secure_env import cli
from tests.support.releases import a_release


pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # of the clients

CODES = {"2+": "2_PLUS"}
TOPICS = {
    "HuishoudensMetVoorzieningen_1": "STA_HUISHOUDENS",
    "HuishoudensMetVoorzieningenPer1000ParticuliereHuishoudens_2": (
        "STA_HUISHOUDENS_PER_1000"
    ),
    "ClientenMetVoorzieningen_3": "STA_CLIENTEN",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    where = tmp_path_factory.mktemp("release")
    a_release(where)
    return where / "release"


@pytest.fixture(scope="module")
def frame(folder):
    return read_release(folder)["stapeling"]


@pytest.fixture(scope="module")
def address(folder):
    """Host and port of a running server; port 0 takes any that is free."""
    with serve.server(folder, 0) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"127.0.0.1:{running.server_address[1]}"
        running.shutdown()
        thread.join()


@pytest.fixture
def statline(address, monkeypatch):
    """The client for version 3, with nothing changed but the address."""
    monkeypatch.setattr(cbsodata.options, "use_https", False)
    monkeypatch.setattr(cbsodata.cbsodata3, "CBSOPENDATA", address)
    return cbsodata


def cells(frame) -> dict[tuple[str, ...], tuple[object, str]]:
    """Region, codes and measure -> value and symbol, of the released table."""
    return {
        (
            "NL01" if row.region_code == "NL" else row.region_code,
            row.combination,
            CODES.get(row.number, row.number),
            row.measure,
        ): (None if pd.isna(row.value) else int(row.value), row.symbol)
        for row in frame.itertuples()
    }


def test_version_3_lists_the_tables(statline):
    (table,) = statline.get_table_list()
    assert table["Identifier"] == "stapeling"
    assert table["Period"] == "1e halfjaar 2023*"
    assert statline.get_info("stapeling")["Title"] == "Gebruik voorzieningen"


def test_version_3_gives_the_same_values_and_points(statline, frame):
    released = cells(frame)
    # The client has `typed` the other way round.
    typed = statline.download_data("stapeling")["TypedDataSet"]
    untyped = statline.download_data("stapeling", typed=True)["UntypedDataSet"]
    assert len(typed) == len(untyped) == len(released) / len(TOPICS)
    seen = set()
    for row, text in zip(typed, untyped, strict=True):
        for topic, measure in TOPICS.items():
            place = (
                row["RegioS"].rstrip(),
                row["SoortVoorzieningSociaalDomein"],
                row["AantalVoorzieningen"],
                measure,
            )
            value, symbol = released[place]
            assert row[topic] == value
            printed = "." if symbol == "." else "" if value is None else str(value)
            assert text[topic].strip() == printed
            assert len(text[topic]) == 8
            seen.add(place)
    assert seen == set(released)


def test_version_3_gives_labels_for_codes(statline):
    data = pd.DataFrame(statline.get_data("stapeling", filters="RegioS eq 'GM0344'"))
    assert set(data["RegioS"]) == {"Utrecht"}
    assert set(data["AantalVoorzieningen"]) == {
        "Totaal", "1 voorziening", "2 of meer voorzieningen",
    }  # fmt: skip
    assert set(data["Perioden"]) == {"1e halfjaar 2023*"}


def test_version_3_selects_and_filters(statline):
    data = statline.get_data(
        "stapeling",
        select=["RegioS", "ClientenMetVoorzieningen_3"],
        filters="substringof('WK',RegioS) and ClientenMetVoorzieningen_3 gt 100",
    )
    assert {row["RegioS"] for row in data} == {"Wijk 01 West", "Wijk 02 Noordwest"}
    assert {frozenset(row) for row in data} == {
        frozenset({"RegioS", "ClientenMetVoorzieningen_3"})
    }


def test_version_3_describes_its_topics(statline):
    meta = statline.get_meta("stapeling", "DataProperties")
    topics = [row for row in meta if row["Type"] == "Topic"]
    assert [row["Key"] for row in topics] == list(TOPICS)
    assert [row["Unit"] for row in topics] == [
        "aantal", "per 1 000 particuliere huishoudens", "aantal",
    ]  # fmt: skip
    kinds = [row["Type"] for row in meta]
    assert kinds[:4] == ["Dimension", "Dimension", "GeoDimension", "TimeDimension"]
    (period,) = statline.get_meta("stapeling", "Perioden")
    assert (period["Key"], period["Status"]) == ("2023HJ01", "Voorlopig")


@pytest.fixture
def observations(address, tmp_path):
    httpx_client.fetch_json.cache_clear()
    cbsodata4.get_datasets.cache_clear()

    def ask(**options):
        base = f"http://{address}/odata/v1"
        where = tmp_path / str(len(list(tmp_path.iterdir())))
        return cbsodata4.get_observations(
            "stapeling", base_url=base, download_dir=where, **options
        )

    return ask


def test_version_4_gives_the_same_values_and_points(observations, frame):
    released = cells(frame)
    found = observations()
    assert len(found) == len(released)
    attributes = {".": "Unknown", "*": "None", "": "Impossible"}
    for row in found.itertuples():
        value, symbol = released[
            row.RegioS,
            row.SoortVoorzieningSociaalDomein,
            row.AantalVoorzieningen,
            row.Measure,
        ]
        assert (None if pd.isna(row.Value) else row.Value) == value
        assert row.ValueAttribute == attributes[symbol]
        assert (row.StringValue == ".") == (symbol == ".")


def test_version_4_filters_and_has_its_metadata(observations):
    found = observations(RegioS=["GM0310", "GM0344"], Measure="STA_CLIENTEN")
    assert set(found["RegioS"]) == {"GM0310", "GM0344"}
    assert set(found["Measure"]) == {"STA_CLIENTEN"}
    meta = found.attrs["meta"]
    assert meta.title == "Gebruik voorzieningen"
    assert meta.time_dimension_identifiers == ["Perioden"]
    labels = meta.get_label_mappings()
    assert labels["RegioS"]["GM0344"] == "Utrecht"
    assert labels["Measure"]["STA_CLIENTEN"] == "Cliënten met voorzieningen"


def ask(address, path, host=None):
    request = urllib.request.Request(f"http://{address}{path}")
    if host:
        request.add_header("Host", host)
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return json.loads(answer.read())


def test_a_long_answer_comes_in_pages(address, monkeypatch):
    monkeypatch.setattr(serve, "PAGE", 50)
    path, ids = "/odata/v1/CBS/stapeling/Observations?$top=120&$skip=10", []
    while path:
        page = ask(address, path)
        ids += [row["Id"] for row in page["value"]]
        following = page.get("@odata.nextLink", "")
        path = re.sub(r"^http://[^/]+", "", following)
    assert ids == list(range(10, 130))


def test_the_api_of_version_3_has_a_most_and_the_feed_has_not(address, monkeypatch):
    monkeypatch.setattr(serve, "MOST_CELLS", 10)
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(address, "/ODataApi/odata/stapeling/TypedDataSet")
    assert refused.value.code == 400
    assert "use /ODataFeed" in json.loads(refused.value.read())["error"]["message"]
    some = ask(address, "/ODataApi/OData/stapeling/TypedDataSet?$top=10")
    assert len(some["value"]) == 10
    assert len(ask(address, "/ODataFeed/odata/stapeling/TypedDataSet")["value"]) == 72


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/ODataCatalog/", {"Tables"}),
        ("/odata/v1/", {"Catalogs", "Datasets"}),
        ("/odata/v1/CBS", {"Catalogs", "Datasets"}),
    ],
)
def test_a_service_says_what_it_has(address, path, names):
    assert {row["name"] for row in ask(address, path)["value"]} == names


def test_there_is_a_record_for_data_catalogues(address):
    said = ask(address, "/odata/v1/dcat.jsonld")
    (dataset,) = said["dcat:dataset"]
    assert dataset["dct:temporal"]["dcat:endDate"]["@value"] == "2023-06-30"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/", 404),
        ("/manifest.json", 404),
        ("/ODataApi/odata/stapeling/../../manifest.json", 404),
        ("/ODataApi/odata/other", 404),
        ("/odata/v1/CBS/stapeling/Persons", 404),
        ("/odata/v1/CBS/stapeling/Observations/1", 404),
        ("/odata/v1/CBS/stapeling/Observations?$filter=1", 400),
    ],
)
def test_nothing_else_is_answered(address, path, code):
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(address, path)
    assert refused.value.code == code
    refused.value.close()


def test_another_host_name_is_refused(address):
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(address, "/ODataCatalog/Tables", host="example.org")
    assert refused.value.code == 403
    refused.value.close()


def test_it_listens_on_this_computer_only(address):
    assert address.startswith("127.0.0.1:")
    assert serve.LOOPBACK == "127.0.0.1"


def test_a_port_that_is_none_is_refused(folder):
    with pytest.raises(ReleaseRefused, match="70000 is no port"):
        serve.server(folder, 70_000)


def test_an_edited_release_is_not_served(tmp_path):
    a_release(tmp_path)
    table = tmp_path / "release/tables/stapeling.csv"
    table.write_bytes(table.read_bytes().replace(b",16385,", b",16390,"))
    with pytest.raises(VerificationFailed):
        serve.server(tmp_path / "release", 0)


def test_the_command_says_where_it_serves_and_stops_when_told(
    folder, capsys, monkeypatch
):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(serve.ThreadingHTTPServer, "serve_forever", interrupted)
    assert cli.main(["serve", str(folder), "--port", "0"]) == 0
    said = capsys.readouterr().out
    assert re.match(r"OData 3: http://127\.0\.0\.1:\d+/ODataApi/odata; OData 4", said)
