"""`gmsd synthesise`: a country, its registers and its deliveries for a half-year."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rules.errors import RuleError
from rules.period import HalfYear
from secure_env.synthetic.boundaries import write_redrawn
from secure_env.synthetic.identity import MOST_PERSONS
from secure_env.synthetic.invented import invented_regions
from secure_env.synthetic.making import make
from secure_env.synthetic.receipt import Receipt, SyntheticCountry
from secure_env.synthetic.region_file import regions_from


FEWEST_PERSONS = 1_000
PERSONS_WHEN_INVENTED = 100_000


def synthesise(  # noqa: PLR0913 (the arguments are those of the command)
    folder: Path,
    period: HalfYear,
    *,
    persons: int | None,
    seed: int,
    regions: Path | None = None,
    provinces: Path | None = None,
    regions_of: int | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> SyntheticCountry:
    """Every delivery and register of a half-year, with so many inhabitants.

    Without `persons`: as many as the regions file says. The same arguments give the
    same bytes; both half-years of a year show the same persons and provisions. With
    `regions_of` also the map of that later year, and the boundary changes up to it.
    """
    _must_be_sensible(persons, seed, regions, provinces)
    if regions_of is not None and regions_of <= period.year:
        raise RuleError(f"{regions_of} is no year after {period}; give a later one")
    numbers = (persons, seed, regions_of)
    receipt = Receipt.of(folder, period, numbers, (regions, provinces))
    made = receipt.made()
    if made is None:
        if regions is None:
            where = invented_regions(persons or PERSONS_WHEN_INVENTED, seed)
        else:
            where = regions_from(regions, provinces, persons=persons, year=period.year)
        with receipt.making() as making:
            made = make(where, seed, period, making, progress)
            if regions_of is not None:
                redrawn = write_redrawn(where, period, regions_of, making)
                made = replace(made, files={**made.files, **redrawn})
        receipt.close(made)
    return made.at(folder, period)


def _must_be_sensible(
    persons: int | None, seed: int, regions: Path | None, provinces: Path | None
) -> None:
    if persons is not None and not FEWEST_PERSONS <= persons <= MOST_PERSONS:
        raise RuleError(
            f"a country of {persons} persons cannot be made; give a number from "
            f"{FEWEST_PERSONS} to {MOST_PERSONS}"
        )
    if seed < 0:
        raise RuleError(f"seed {seed} is negative; give 0 or more")
    if provinces is not None and regions is None:
        raise RuleError(
            "a file of provincies needs a file of regions; give both or neither"
        )
