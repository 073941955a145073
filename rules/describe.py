"""A catalogue entry in words, for whoever wants to know what a figure says."""

from rules.catalogue import Catalogue
from rules.disclosure import DisclosurePolicy, RoundingMethod, Zeros
from rules.indicator import Indicator


def describe(indicator: Indicator, catalogue: Catalogue) -> str:
    """What an indicator counts, on which table, and how it is protected."""
    table = catalogue.tables[indicator.table]
    per = indicator.denominator
    facts = {
        "definition": indicator.definition.en,
        "definitie": indicator.definition.nl,
        "counts": indicator.counts.value,
        "provisions": "; ".join(
            f"{column} {', '.join(codes)}" for column, codes in indicator.where.items()
        ),
        "time": indicator.time.value.replace("_", " "),
        "region": indicator.region.value,
        "rate": f"per 1 000 {per.value} of 1 January" if per else "none",
        "table": f"{table.code}: {table.title.nl} / {table.title.en}",
        **{
            f"by {dimension.name}": ", ".join(
                f"{code} {table.labels[dimension.name][code].nl}"
                for code in dimension.codes
            )
            for dimension in table.dimensions
        },
        "consent": table.consent,
        "policy": f"{indicator.disclosure}: {_policy(catalogue, indicator)}",
        "since": str(indicator.since),
        **({"until": str(indicator.until)} if indicator.until else {}),
        "source": indicator.source,
    }
    width = max(map(len, facts))
    lines = [f"{name:<{width}}  {text or 'all'}" for name, text in facts.items()]
    title = f"{indicator.code}: {indicator.title.nl} / {indicator.title.en}"
    return "\n".join([title, "", *lines])


def _policy(catalogue: Catalogue, indicator: Indicator) -> str:
    policy = catalogue.policies[indicator.disclosure]
    return ", ".join([_hidden(policy), _zeros(policy), _rounded(policy)])


def _hidden(policy: DisclosurePolicy) -> str:
    if policy.hide is None:
        return "no count is hidden by its size"
    low, high = policy.hide
    return f"{low} to {high} hidden"


def _zeros(policy: DisclosurePolicy) -> str:
    shown = policy.zeros is Zeros.PUBLISH
    return "a zero is shown" if shown else "a zero is hidden as any small count"


def _rounded(policy: DisclosurePolicy) -> str:
    if policy.rounding.method is RoundingMethod.NONE:
        return "the rest is not rounded"
    method, base = policy.rounding.method.value, policy.rounding.base
    return f"the rest rounded to multiples of {base} ({method})"
