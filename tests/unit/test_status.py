"""Where a half-year stands: the counts of the source document come out."""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from rules.catalogue import load
from rules.duties import Act
from rules.period import HalfYear
from rules.windows import closes
from secure_env.cli import main
from secure_env.environment import Environment
from secure_env.received import RECEIPT, ROOM, withdraw
from secure_env.status import Standing, as_csv, as_text, status_of
from secure_env.supplier_report import Receipt, to_json
from tests.support.deliveries import (
    csv as csv_file,
)
from tests.support.deliveries import (
    line,
    new_environment,
    received,
    wmo,
    write,
)


PERIOD = HalfYear(2017, 2)
GEMEENTEN = [f"GM{number:04d}" for number in range(1, 381)]


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return new_environment(tmp_path / "env")


def registers(folder: Path, gemeenten: Iterable[str], objecting: Iterable[str]):
    """The region file and the consent list of a half-year."""
    regions = [
        line(
            "REGIO",
            {
                "wijk": f"WK{code[2:]}00", "wijk_name": "Wijk", "gemeente": code,
                "gemeente_name": code, "provincie": "PV27", "provincie_name": "X",
            },
        )
        for code in gemeenten
    ]  # fmt: skip
    consent = [
        line("TOESTEMMING", {"gemeente": g, "part": "WMO_BASIS", "publishes": "N"})
        for g in objecting
    ]
    return (
        write(folder, f"REGIO_CBS_{PERIOD}.csv", csv_file("REGIO", regions)),
        write(
            folder, f"TOESTEMMING_VNG_{PERIOD}.csv", csv_file("TOESTEMMING", consent)
        ),
    )


def approve(environment: Environment, source: str, gemeente: str) -> None:
    """As intake leaves an approved file; of its records only the receipt matters."""
    parts = (source.lower(), str(PERIOD), gemeente)
    receipt = Receipt(
        source, str(PERIOD), gemeente, "", accepted=True, records=9, kept=9,
        set_aside=0, findings=(), number=1,
    )  # fmt: skip
    said = {"source": source, "period": str(PERIOD), "supplier": gemeente}
    deed = environment.deed(Act.RECEIVE, "received", said)
    documents = {RECEIPT: to_json(receipt)}
    environment.store.save(ROOM, parts, "ab" * 32, {}, documents, deed)


def refuse(environment: Environment, source: str, gemeente: str) -> None:
    said = {"source": source, "period": str(PERIOD), "supplier": gemeente}
    environment.deed(Act.RECEIVE, "refused", said).write()


def test_the_counts_of_the_second_half_of_2017(
    environment, tmp_path, capsys, monkeypatch
):
    """332 delivered, 323 approved, 5 objected, 318 published, 315 in stapeling."""
    monkeypatch.setattr("os.fsync", lambda _: None)  # of 643 deliveries
    approved, refused = GEMEENTEN[:323], GEMEENTEN[323:332]
    received(environment, *registers(tmp_path, GEMEENTEN, approved[:5]))
    for gemeente in approved:
        approve(environment, "WMO", gemeente)
    for gemeente in refused:
        refuse(environment, "WMO", gemeente)
    for gemeente in approved[:-3]:
        approve(environment, "BUS", gemeente)
    status = status_of(environment, PERIOD)
    assert status.delivered("WMO") == 332
    assert status.count("WMO") == {
        Standing.APPROVED: 323, Standing.REFUSED: 9, Standing.MISSING: 48,
    }  # fmt: skip
    assert len(status.taking_part("wmo_basis")) == 318
    assert len(status.taking_part("stapeling")) == 315
    assert load().tables["stapeling"].consent == "stapeling"
    assert main(["status", str(environment.root), str(PERIOD)]) == 0
    shown = {tuple(row.split()) for row in capsys.readouterr().out.splitlines()}
    assert ("WMO", "332", "323", "9", "0", "332", "48") in shown
    assert ("wmo_basis", "323", "5", "318") in shown
    assert ("stapeling", "315", "0", "315") in shown
    rows = list(csv.DictReader(as_csv(status).splitlines(), delimiter=";"))
    assert len(rows) == 1 + 1 + 380 + 380
    (first,) = [r for r in rows if (r["bron"], r["leverancier"]) == ("WMO", "GM0001")]
    assert (first["stand"], first["te_laat"], first["wmo_basis"]) == (
        "goedgekeurd", "J", "N",
    )  # fmt: skip


def test_a_refused_file_leaves_what_was_approved_and_is_counted(environment, tmp_path):
    approve(environment, "WMO", "GM0001")
    refuse(environment, "WMO", "GM0001")
    (found,) = status_of(environment, PERIOD).suppliers
    assert (found.standing, found.accepted, found.refused) == (Standing.APPROVED, 1, 1)


def test_who_withdrew_delivered_and_takes_no_part(environment, tmp_path):
    received(environment, *registers(tmp_path, GEMEENTEN[:2], []))
    for gemeente in GEMEENTEN[:2]:
        approve(environment, "WMO", gemeente)
    withdraw(environment, ("wmo", str(PERIOD), "GM0001"))
    status = status_of(environment, PERIOD)
    assert status.delivered("WMO") == 2
    assert status.count("WMO")[Standing.WITHDRAWN] == 1
    assert status.taking_part("wmo_basis") == {"GM0002"}


def test_the_consent_of_a_delivery_again_overrides(environment, tmp_path):
    """It objected, was on the list as objecting, and delivered again."""
    mine, name = GEMEENTEN[0], f"BESLUIT_{GEMEENTEN[0]}_{PERIOD}.csv"

    def decide(publishes: str) -> frozenset[str]:
        said = {"gemeente": mine, "part": "WMO_BASIS", "publishes": publishes}
        content = csv_file("BESLUIT", [line("BESLUIT", said)])
        (receipt,) = received(environment, write(tmp_path, name, content))
        assert receipt.accepted
        return status_of(environment, PERIOD).taking_part("wmo_basis")

    received(environment, *registers(tmp_path, GEMEENTEN[:2], [mine]))
    for gemeente in GEMEENTEN[:2]:
        approve(environment, "WMO", gemeente)
    assert decide("N") == {GEMEENTEN[1]}
    assert decide("J") == {mine, GEMEENTEN[1]}
    assert decide("N") == {GEMEENTEN[1]}
    decide("J")
    withdraw(environment, ("besluit", str(PERIOD), mine))
    assert status_of(environment, PERIOD).taking_part("wmo_basis") == {GEMEENTEN[1]}


def test_a_gemeente_decides_for_no_other(environment, tmp_path):
    said = {"gemeente": "GM0002", "part": "WMO_BASIS", "publishes": "J"}
    content = csv_file("BESLUIT", [line("BESLUIT", said)])
    path = write(tmp_path, f"BESLUIT_GM0001_{PERIOD}.csv", content)
    (receipt,) = received(environment, path)
    assert receipt.broken == ("V09",)


def test_nothing_received_stands_nowhere(environment):
    status = status_of(environment, PERIOD)
    assert (status.suppliers, status.gemeenten) == ((), ())
    assert as_text(status).startswith("2017-H2: 0 gemeenten")


def test_a_window_closes_on_the_day_that_was_announced_or_else_so_long_after():
    assert closes("WMO", HalfYear(2017, 2)) == date(2018, 3, 9)
    assert closes("WMO", HalfYear(2019, 1)) == date(2019, 9, 30)
    assert closes("JEUGD", HalfYear(2019, 2)) == date(2020, 1, 21)
    assert closes("ADRESSEN", HalfYear(2019, 2)) is None


def test_a_real_delivery_has_its_records(environment, tmp_path):
    content = csv_file("WMO", [wmo("111222333")])
    received(environment, write(tmp_path, "WMO_GM0363_2023-H1.csv", content))
    (found,) = status_of(environment, HalfYear(2023, 1)).suppliers
    assert (found.source, found.records, found.late) == ("WMO", 1, True)
