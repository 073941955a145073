"""The bench finds its parts and measures them; what it measures is not asserted."""

import shutil

import numpy as np
import pytest

from outputs.export import export
from tests.benchmarks import exporting, tabulating
from tests.benchmarks.__main__ import benches, main
from tests.benchmarks.instances import three_way, two_way
from tests.benchmarks.measured import Cost, Line, measured


A = Cost(1.0, 1.0)


def test_a_bench_is_a_module_with_lines():
    assert all(callable(bench.lines) for bench in benches().values())
    assert not {"instances", "measured"} & set(benches())


def test_a_bench_that_is_not_there_is_named(capsys):
    with pytest.raises(SystemExit):
        main(["abacus"])
    assert "no such bench: abacus" in capsys.readouterr().err


def test_work_is_measured_in_a_process_of_its_own():
    result, cost = measured(sorted, [3, 1, 2])
    assert result == [1, 2, 3]
    assert cost.mebibytes > 1
    assert str(Line("sort", "three", "python", cost, "done")).endswith("MiB  done")


def test_every_table_of_the_catalogue_leaves_in_every_format(tmp_path, monkeypatch):
    """The country of the bench made small: what it measures can be released."""
    monkeypatch.setattr(exporting, "GEMEENTEN", 2)
    release = exporting.a_release(tmp_path, wijken=1)
    tables = {path.stem for path in (release / "tables").iterdir()}
    assert {"wmo_type", "jeugd_hulpvorm", "reintegratie_personen"} <= tables
    made = export(release, tmp_path / "export")
    assert made.files["swing"] == 2 * len(tables)
    assert made.files["excel"] == made.files["parquet"] == len(tables)


def test_a_line_without_a_cost_says_why():
    assert "not installed" in str(
        Line("sort", "three", "abacus", None, "not installed")
    )
    assert Cost(1.5, 20.0).seconds == 1.5


@pytest.mark.parametrize(
    ("instance", "cells", "total"),
    [(two_way(4), 2464, 35527), (three_way(4, wijken=True), 3294, 32820)],
    ids=["two-way", "three-way"],
)
def test_an_instance_is_a_table_that_adds_up(instance, cells, total):
    table = instance.table()
    value = table.grid("value")
    leaves = [
        code not in instance.parents.values() for code in table.dimensions[0].codes
    ]
    assert value.size == cells
    assert value.max() == total
    assert (
        value.flat[0] == value[np.array(leaves)][(..., *[0] * (value.ndim - 1))].sum()
    )


def test_an_instance_as_files_is_one_for_the_table_commands(tmp_path):
    table, spec = two_way(1).write(tmp_path, "hide = [1, 4]\n")
    assert table.read_text("utf-8").splitlines()[0] == "region,combo,value"
    assert spec.read_text("utf-8").endswith("[policy]\nhide = [1, 4]\n")


def test_all_indicators_are_counted_beside_one_query_by_hand(
    received_stage, tmp_path, monkeypatch
):
    monkeypatch.setattr(tabulating, "measured", lambda work, *given: (work(*given), A))
    shutil.copytree(received_stage, tmp_path / "env")
    by_hand, linked, counted = tabulating.of_environment(tmp_path / "env", "small")
    assert by_hand.who == "by hand"
    assert linked.work == "link"
    assert counted.result.endswith("1.0x by hand (asked: 3x)")
