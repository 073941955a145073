"""Many populations in one country, each in regions of its own: one query counts all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from rules.indicator import Indicator
from tests.generative.populations import REGIONS, Population, populations_of
from tests.reference.costs import Cost
from tests.reference.records import COUNTRY, Provision, Region
from tests.reference.survey import Answer


SIZE = 20


@dataclass(frozen=True, slots=True)
class Batch:
    """Populations in one country, each with regions that no other has."""

    provisions: tuple[Provision, ...] = ()
    regions: tuple[Region, ...] = ()
    participants: tuple[str, ...] = ()
    costs: tuple[Cost, ...] = ()
    answers: tuple[Answer, ...] = ()

    def __add__(self, other: "Batch") -> "Batch":
        return Batch(
            self.provisions + other.provisions,
            self.regions + other.regions,
            self.participants + other.participants,
            self.costs + other.costs,
            self.answers + other.answers,
        )


class Populations(tuple[Population, ...]):
    """Populations that are counted together; too many to be read in a message."""

    def __repr__(self) -> str:
        return f"{len(self)} populations"


def batches_of(indicator: Indicator) -> st.SearchStrategy[Populations]:
    """Populations in which there is something for the indicator to count."""
    several = st.lists(populations_of(indicator), min_size=SIZE, max_size=SIZE)
    return several.map(Populations)


def together(populations: Sequence[Population]) -> Batch:
    parts = [moved(each, number) for number, each in enumerate(populations)]
    return sum(parts, Batch())


def moved(population: Population, number: int) -> Batch:
    """The population in regions of its own, of persons that no other has."""
    places = places_of(number)

    def renamed(row: Mapping[str, object]) -> dict[str, object]:
        own = {"person_id", "household_id", "provision_id", "contributor", "respondent"}
        return {
            name: f"{number}: {value}"
            if name in own and value is not None
            else places.get(str(value), value)
            for name, value in row.items()
        }

    def areas_of(region: Region) -> dict[str, object]:
        return {"areas": [renamed(area) for area in region["areas"]]}

    return Batch(
        tuple(Provision(**renamed(row)) for row in population.provisions),
        tuple(Region(**renamed(region) | areas_of(region)) for region in REGIONS),
        tuple(places[code] for code in population.participants),
        tuple(Cost(**renamed(row)) for row in population.costs),
        tuple(Answer(**renamed(row)) for row in population.answers),
    )


def places_of(number: int) -> dict[str, str]:
    """Every region with its own name: GM0363 becomes GM0000, GM0002, ..."""
    gemeenten = dict.fromkeys(region["gemeente"] for region in REGIONS)
    places = {
        code: f"GM{number * len(gemeenten) + place:04d}"
        for place, code in enumerate(gemeenten)
    }
    for region in REGIONS:
        here = places[region["gemeente"]][2:]
        places[region["wijk"]] = f"WK{here}{region['wijk'][6:]}"
        places[region["provincie"]] = f"PV{here}"
        for area in region["areas"]:
            places[area["code"]] = f"{area['code']}-{number}"
    return places | {COUNTRY: COUNTRY}
