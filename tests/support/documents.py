"""Documents made from what is run: `docs/spec.md`, `docs/catalogue.md` and others.

python -m tests.support.documents --write | --check

The specification is printed by calling each test of `tests/spec` with a recorder in the
place of its form, so that it cannot say anything that is not tested.
"""

import argparse
import importlib
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from types import ModuleType

from outputs.clearance_states import states_and_duties
from rules import catalogue
from rules.catalogue import Catalogue
from rules.estimate import load_estimates
from rules.indicator import Indicator, TableSpec
from rules.levensweg import load_levensweg
from rules.levensweg_tables import CohortMeasure, measures_of
from rules.monitor import products
from tests.spec import CHAPTERS
from tests.support import answering, following, forms, spending


ROOT = Path(__file__).parents[2]
FORMS: Mapping[str, Callable[..., None]] = {
    "spec": forms.counting,
    "spec_inhabiting": forms.inhabiting,
    "spec_merging": forms.merging,
    "spec_showing": forms.showing,
    "spec_reading": forms.reading,
    "spec_following": following.following,
    "spec_spending": spending.spending,
    "spec_lasting": spending.lasting,
    "spec_answering": answering.answering,
    "spec_sharing": answering.sharing,
}
"""The fixtures of the specification and the form that each of them is."""


def documents() -> dict[str, str]:
    """Every generated document by its path, as it should read now."""
    return {
        "docs/spec.md": specification(),
        "docs/catalogue.md": of_catalogue(),
        "docs/clearance-states.md": states_and_duties(),
    }


def stale(root: Path = ROOT) -> list[str]:
    """The documents that do not read as they should."""
    return [
        path
        for path, text in documents().items()
        if not (root / path).exists() or (root / path).read_text("utf-8") != text
    ]


# --- the specification ----------------------------------------------------------------


@dataclass
class Recorder:
    """Stands in for a form and keeps what it was called with, defaults included."""

    form: Callable[..., None]
    calls: list[dict[str, str]] = field(default_factory=list)

    def __call__(self, **given: object) -> None:
        bound = inspect.signature(self.form).bind(**given)
        bound.apply_defaults()
        words = bound.arguments.pop("words", {})
        self.calls.append({**bound.arguments, **words})


def specification() -> str:
    lines = [
        "# What the words mean",
        "",
        "Each example is a test. Counting and merging run on the engine and on a naive",
        "second implementation, showing and reading on the naive one.",
        "Generated from `tests/spec`; change an example there and run `make docs`.",
    ]
    for name in CHAPTERS:
        lines += _chapter(importlib.import_module(f"tests.spec.{name}"))
    return "\n".join(lines) + "\n"


def tests_of(chapter: ModuleType) -> dict[str, Callable[..., None]]:
    """The tests of a chapter, in the order in which they are written."""
    return {
        name: test for name, test in vars(chapter).items() if name.startswith("test_")
    }


def record(test: Callable[..., None]) -> list[dict[str, str]]:
    """The calls that a test makes to the form it asks for."""
    (fixture,) = inspect.signature(test).parameters
    recorder = Recorder(FORMS[fixture])
    test(recorder)
    return recorder.calls


def _chapter(chapter: ModuleType) -> Iterator[str]:
    yield from ("", f"## {chapter.title}", "", chapter.text.strip())
    for name, test in tests_of(chapter).items():
        title = name.removeprefix("test_").replace("_", " ")
        yield from ("", f"### {title[0].upper()}{title[1:]}", "")
        yield inspect.cleandoc(test.__doc__ or "")
        for call in record(test):
            yield from _example(call)


def _example(call: dict[str, str]) -> Iterator[str]:
    settings = [
        f"{name.replace('_', ' ')} `{_plain(value)}`"
        for name, value in call.items()
        if name not in {"given", "expect"} and value
    ]
    if settings:
        yield from ("", f"*{', '.join(settings)}*")
    yield from ("", "```text", dedent(call["given"]).strip(), "```")
    yield from ("", "gives", "", "```text", dedent(call["expect"]).strip(), "```")


def _plain(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


# --- the catalogue --------------------------------------------------------------------


def of_catalogue() -> str:
    rules = catalogue.load()
    lines = [
        "# Catalogue",
        "",
        "Every published measure, per table. Generated from `rules`; run `make docs`.",
        "",
        "## What the monitor publishes, and where it is",
        "",
        *_products(rules),
        "",
        "## Published tables",
        "",
        *_published(rules),
    ]
    for table in rules.tables.values():
        lines += _table(table)
        for indicator in rules.indicators.values():
            if indicator.table == table.code:
                lines += _indicator(indicator, rules)
    lines += _estimates(rules)
    lines += _levensweg(rules)
    return "\n".join(lines) + "\n"


def published_tables(rules: Catalogue) -> list[str]:
    """The codes of all tables that can be published, those of cohorts too."""
    of_cohorts = [table for each in _followed() for table in each.tables]
    tables = [one for each in rules.tables.values() for one in each.published()]
    estimates = [one.table for one in load_estimates(rules)]
    return [table.code for table in (*tables, *estimates, *of_cohorts)]


def _followed() -> list[CohortMeasure]:
    levensweg = load_levensweg()
    cohorts = levensweg.cohorts.values()
    return [each for cohort in cohorts for each in measures_of(levensweg, cohort)]


def _products(rules: Catalogue) -> Iterator[str]:
    yield from ("| product | named in | tables | lacks |", "|---|---|---|---|")
    for product in products(published_tables(rules)):
        codes = ", ".join(f"`{code}`" for code in product.tables)
        yield f"| {product.name} | {product.source} | {codes} | {product.lacks} |"


def _published(rules: Catalogue) -> Iterator[str]:
    yield from (
        "| table | title | of | down to | half-yearly |",
        "|---|---|---|---|---|",
    )
    for table in rules.tables.values():
        for one in table.published():
            when = "yes" if one.half_yearly else "on request"
            yield (
                f"| `{one.code}` | {one.title.nl} | `{table.code}` | "
                f"{', '.join([*one.areas, one.regions.value])} | {when} |"
            )


def _table(table: TableSpec) -> Iterator[str]:
    yield from ("", f"## `{table.code}`: {table.title.nl}", "", f"*{table.title.en}*")
    if table.source:
        yield from ("", f"Source: {table.source}.")
    for dimension in table.dimensions:
        yield from ("", f"| {dimension.name} | nl | en |", "|---|---|---|")
        for code in dimension.codes:
            label = table.labels[dimension.name][code]
            yield f"| `{code}` | {label.nl} | {label.en} |"


def _estimates(rules: Catalogue) -> Iterator[str]:
    yield from ("", "## Estimates", "")
    yield from ("| table | title | made of | measures |", "|---|---|---|---|")
    for one in load_estimates(rules):
        measures = ", ".join(f"`{measure.code}`" for measure in one.measures)
        made_of = f"`{one.of.code}` of `{one.made_of}`"
        yield f"| `{one.table.code}` | {one.table.title.nl} | {made_of} | {measures} |"


def _levensweg(rules: Catalogue) -> Iterator[str]:
    """The cohorts, their tables, and what is followed of each."""
    levensweg = load_levensweg()
    yield from ("", "## Levensweganalyse", "")
    yield "A cohort is published under its code: `gmsd run ENV levensweg-2015`."
    yield from (
        "",
        "| cohort | start date | half-years | tables |",
        "|---|---|---|---|",
    )
    for cohort in levensweg.cohorts.values():
        measures = measures_of(levensweg, cohort)
        codes = ", ".join(f"`{one.code}`" for each in measures for one in each.tables)
        start, number = cohort.first.first_day, cohort.half_years
        yield f"| `{cohort.code}` | {start:%d-%m-%Y} | {number} | {codes} |"
    first = next(iter(levensweg.cohorts.values()))
    for each in measures_of(levensweg, first):
        yield from _indicator(each.indicator, rules)
    yield from ("", f"Codes, as in `{first.code}`:")
    for each in measures_of(levensweg, first):
        (dimension,) = each.tables[0].dimensions
        labels = each.tables[0].labels[dimension.name]
        yield from ("", f"| {dimension.name} | nl | en |", "|---|---|---|")
        for code in dimension.codes:
            yield f"| `{code}` | {labels[code].nl} | {labels[code].en} |"


def _indicator(indicator: Indicator, rules: Catalogue) -> Iterator[str]:
    yield from ("", f"### `{indicator.code}`: {indicator.title.nl}", "")
    yield from (f"*{indicator.title.en}*", "")
    yield from (indicator.definition.nl, "", f"*{indicator.definition.en}*", "")
    where = "; ".join(
        f"{column} is {' or '.join(codes)}" for column, codes in indicator.where.items()
    )
    facts = {
        "Counts": indicator.counts.value,
        "Of": where or "all provisions",
        "When": indicator.time.value,
        "Where": indicator.region.value,
        "Per 1 000": indicator.denominator.value if indicator.denominator else "no",
        "Shown by": f"policy `{indicator.disclosure}`, hides "
        f"{_hidden(rules, indicator.disclosure)}",
        "Since": str(indicator.since),
        **({"Until": str(indicator.until)} if indicator.until else {}),
        "Source": indicator.source,
    }
    yield from ("| | |", "|---|---|")
    yield from (f"| {name} | {fact} |" for name, fact in facts.items())


def _hidden(rules: Catalogue, policy: str) -> str:
    chosen = rules.policies[policy]
    if chosen.hide is None:
        return "no count for its size"
    low, high = chosen.hide
    return f"{low} to {high}, base {chosen.rounding.base}"


# --- the command ----------------------------------------------------------------------


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.support.documents")
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("--write", action="store_true", help="bring them up to date")
    choice.add_argument("--check", action="store_true", help="exit 1 if one is stale")
    old = stale(root)
    if parser.parse_args(arguments).check:
        for path in old:
            sys.stderr.write(f"{path} is not current; run make docs\n")
        return 1 if old else 0
    texts = documents()
    for path in old:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(texts[path], "utf-8")
        sys.stdout.write(f"{path} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
