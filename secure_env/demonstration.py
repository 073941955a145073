"""`gmsd demo`: a synthetic country through all rooms, and a summary to read."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.compute as pc

from outputs.clearance import Verdict
from outputs.errors import NotCleared
from outputs.figure import Shows, declared
from outputs.figure_data import figure_of, nederland
from outputs.figure_files import figure_files
from outputs.released import open_releases
from outputs.verify import verify
from rules.period import HalfYear
from secure_env.environment import Environment, initialise, open_environment
from secure_env.errors import UsageError
from secure_env.intake import receive
from secure_env.publish import (
    Ballot,
    candidate_in,
    problems_at_the_door,
    release_to,
    vote,
)
from secure_env.rooms import Cells, Period, summary_of
from secure_env.store import Folder
from secure_env.supplier_report import Receipt
from secure_env.synthetic import SyntheticCountry, synthesise
from secure_env.workflow import link, proven, run


HALF_YEAR = HalfYear(2023, 1)
PEOPLE = ("anna", ("bert", "carla"))

Progress = Callable[[str], None]


def demonstrate(out: Path, persons: int, progress: Progress) -> str:
    """Make everything under `out`, or what is not there yet; gives the summary."""
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is not a folder; name a new one")
    country = synthesise(
        out / "deliveries", HALF_YEAR, persons=persons, seed=1, progress=progress
    )
    environment = _environment(out / "environment")
    half = _half_a_file(country, out / "half a file")
    files = [path for paths in country.files.values() for path in paths]
    receipts = receive(environment, [half, *files], progress=progress)
    period = Period.of(environment, HALF_YEAR)
    candidate = run(period, progress)
    for name in environment.checkers:
        ballot = Ballot(name, Verdict.APPROVE, "demo", datetime.now(UTC))
        with suppress(NotCleared):  # voted in an earlier call
            vote(period, candidate, ballot)
    made = release_to(period, candidate, out / "release")
    checked = verify(made.folder)
    figure = _figure(period, made.folder, out)
    story = _Story(country, environment, receipts, period, candidate, figure)
    return "\n".join([*story.lines(), f"Verified outside: {checked}"])


def _environment(root: Path) -> Environment:
    if root.exists():
        return open_environment(root)
    return initialise(root, statistician=PEOPLE[0], checkers=PEOPLE[1])


def _half_a_file(country: SyntheticCountry, folder: Path) -> Path:
    """A delivery that broke off half-way, to see what the door does."""
    whole = country.files["WMO"][0]
    folder.mkdir(parents=True, exist_ok=True)
    half = folder / whole.name
    content = whole.read_bytes()
    half.write_bytes(content[: len(content) // 2])
    return half


def _figure(period: Period, release: Path, out: Path) -> Path:
    """The first tile, for the gemeente with most inhabitants that takes part."""
    shown = [one for one in declared().figures if one.shows is Shows.CODES]
    first = min(shown, key=lambda one: one.tile or len(shown))
    counts = Cells.of(period).folder.table(f"denominators.{first.table}")
    gemeenten = counts.filter(pc.starts_with(counts["region"], "GM"))
    most = gemeenten.sort_by([("inhabitants", "descending")])["region"][0].as_py()
    published = open_releases([release])
    data = figure_of(first, published, most, nederland(published[-1]))
    files = figure_files(data)
    for name, content in files.items():
        (out / name).write_bytes(content)
    return out / next(iter(files))


@dataclass(frozen=True, slots=True)
class _Story:
    """What happened, told in the order in which it happened."""

    country: SyntheticCountry
    environment: Environment
    receipts: Sequence[Receipt]
    period: Period
    candidate: Folder
    figure: Path

    def lines(self) -> list[str]:
        return [
            "",
            f"The monitor of {HALF_YEAR.dutch}, on a synthetic country",
            "",
            *self._came_in(),
            *self._linked(),
            *self._protected(),
            f"Released: {self.environment.root.parent / 'release'}, cleared by "
            f"{' and '.join(self.environment.checkers)}, made by "
            f"{self.environment.statistician}",
            f"First figure: {self.figure}",
        ]

    def _came_in(self) -> list[str]:
        accepted = [receipt for receipt in self.receipts if receipt.accepted]
        refused = [receipt for receipt in self.receipts if not receipt.accepted]
        lines = [
            f"Country: {self.country.inhabitants} inhabitants, "
            f"{self.country.households} households, {self.country.gemeenten} gemeenten",
            f"Came in: {len(accepted)} deliveries with "
            f"{sum(r.records for r in accepted)} records",
        ]
        for receipt in refused:
            why = "; ".join(f"{f.rule} {f.text_en}" for f in receipt.findings)
            lines.append(f"  refused: {receipt.file_name}: {why}")
        reasons: dict[tuple[str, str], int] = {}
        for receipt in accepted:
            for finding in receipt.findings:
                key = (finding.rule, finding.text_en)
                reasons[key] = reasons.get(key, 0) + finding.count
        for (rule, text), count in sorted(reasons.items()):
            lines.append(f"  {count:>6} records: {rule} {text}")
        return lines

    def _linked(self) -> list[str]:
        said = summary_of(link(self.period, lambda _: None))
        return [
            f"Linked: {said['persons']} persons with a provision, "
            f"{said['not_in_key_file']} of them not in the key file; "
            f"{said['merged_records']} Wmo records merged into another",
            f"  {said['participating']} of {said['gemeenten']} gemeenten take part",
        ]

    def _protected(self) -> list[str]:
        protected, audited = proven(self.period)
        hidden, proof = summary_of(protected), summary_of(audited)
        problems = problems_at_the_door(
            self.period, self.candidate, candidate_in(self.candidate)
        )
        return [
            f"Tables: {len(self.period.by_table)} with {hidden['cells']} cells; "
            f"hidden: {hidden['primary']} sensitive in themselves, "
            f"{hidden['secondary']} to protect those",
            f"Audit: {proof['hidden']} hidden cells, {proof['exact']} intervals exact, "
            f"{proof['exposed']} given away; {proof['worlds']} other worlds would "
            "have been published just so",
            f"At the door: {len(problems)} problems",
        ]
