"""The naive twin of characteristics: the codes that a provision or a unit has.

One function per word of `rules.indicator.Characteristic`, each with its definition in
Dutch.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from rules.classification import Dimension
from rules.indicator import Characteristic
from rules.period import Span
from tests.reference.records import Provision


LAWS = {"jeugd": "J", "pwet": "P", "wmo": "W"}


def is_part_of(found: str, code: str, dimension: Dimension) -> bool:
    """De code zelf, of een die er onder valt; een getal valt in zijn klasse."""
    for hierarchy in dimension.hierarchies:
        for leaf in hierarchy.parents:
            step: str | None = leaf if is_same(found, leaf) else None
            while step is not None:
                if step == code:
                    return True
                step = hierarchy.parents.get(step)
    return False


def is_same(found: str, code: str) -> bool:
    """Gelijk, of een getal in de klasse: 22 in `18-23`, 23 niet; 90 in `85+`."""
    if found == code:
        return True
    letters = code.rstrip("0123456789-+")
    numbers, number = code.removeprefix(letters), found.removeprefix(letters)
    if not found.startswith(letters) or not number.isdigit():
        return False
    if numbers.endswith("+"):
        return int(number) >= int(numbers[:-1])
    first, dash, after = numbers.partition("-")
    return dash == "-" and int(first) <= int(number) < int(after)


def types_of(row: Provision, _: Sequence[Provision], __: Span) -> set[str]:
    """De hoofdgroep, het soort daarbinnen, en dat soort met zijn financiering."""
    found = {row["type"]}
    if row["detail"] is not None:
        financing = {"1": "Z", "2": "P"}.get(row["financing"] or "", "O")
        found |= {row["detail"], row["detail"] + financing}
    return found


def reason_of(row: Provision, _: Sequence[Provision], __: Span) -> set[str]:
    """De reden van beëindiging; zonder reden is zij onbekend."""
    return {row["reason"] or "ONB"}


def referrer_of(row: Provision, _: Sequence[Provision], __: Span) -> set[str]:
    """De verwijzer, als die er is."""
    return {row["referrer"]} if row["referrer"] else set()


def living_of(row: Provision, _: Sequence[Provision], __: Span) -> set[str]:
    """De leefvorm waarvoor de uitkering is."""
    return {row["living_arrangement"]} if row["living_arrangement"] else set()


def intensity_of(row: Provision, _: Sequence[Provision], __: Span) -> set[str]:
    """Hele uren per week; anders onbekend."""
    return {"ONB" if row["hours"] is None else str(row["hours"])}


def perspective_of(row: Provision, _: Sequence[Provision], __: Span) -> set[str]:
    """Wat met de hulp wordt beoogd; anders onbekend."""
    return {row["perspective"] or "ONB"}


def course_of(row: Provision, rows: Sequence[Provision], period: Span) -> set[str]:
    """Liep al (B) of begon (I); eindigde (U) of loopt door (E). Een uitkering van twee
    partners loopt van het eerste begin tot het laatste einde."""
    shared = [one for one in rows if one["provision_id"] == row["provision_id"]]
    starts = min(one["starts"] for one in shared)
    found = {"B"}
    if starts >= period.first_day:
        again = any(starts_again(one, rows) for one in shared)
        crisis = CRISIS[max((one["crisis"] for one in shared), key=CRISIS_FIRST.index)]
        found = {"I", "IH" if again else "IN", crisis}
    ends = [one["ends"] for one in shared if one["ends"] is not None]
    if len(ends) < len(shared) or max(ends) > period.last_day:
        return found | {"E", f"ED{full_months(starts, period.last_day)}"}
    reason = max(one["reason"] or "" for one in shared) or "ONB"
    return found | {"U", f"UR{reason}", f"UD{full_months(starts, max(ends))}"}


CRISIS = {True: "ICJ", False: "ICN", None: "ICO"}
CRISIS_FIRST = (None, False, True)
"""Met of zonder crisis begonnen, of onbekend; wat bekend is gaat voor."""


def starts_again(row: Provision, rows: Sequence[Provision]) -> bool:
    """Herhaald beroep: voor het begin had de persoon al iets dat was geëindigd, in dit
    halfjaar of volgens de levering van het halfjaar ervoor."""
    before = row["ended_before"]
    if before is not None and before < row["starts"]:
        return True
    return any(
        other["person_id"] == row["person_id"]
        and other["ends"] is not None
        and other["ends"] < row["starts"]
        for other in rows
    )


def full_months(first: date, last: date) -> int:
    """Volle maanden van de eerste tot de laatste dag: van 15 januari tot 14 februari
    nog geen, tot 15 februari een."""
    months = 0
    year, month = first.year, first.month
    while True:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        if (year, month, first.day) > (last.year, last.month, last.day):
            return months
        months += 1


def chain_of(rows: Sequence[Provision], period: Span) -> set[str]:
    """Van het zwaarste bij het begin naar het zwaarste op de laatste dag: lichter (L),
    even zwaar (G) of zwaarder (Z); ingestroomd (I), uitgestroomd (U), of beide (K)."""
    at_start, at_end = 0, 0
    for row in rows:
        if row["starts"] < period.first_day:
            at_start = max(at_start, weight_of(row))
        if row["ends"] is None or row["ends"] > period.last_day:
            at_end = max(at_end, weight_of(row))
    if at_start and at_end:
        return {"L" if at_end < at_start else "Z" if at_end > at_start else "G"}
    if at_start:
        return {"U", went_to(rows)}
    return {"I" if at_end else "K"}


def weight_of(row: Provision) -> int:
    """Verblijf en opvang 3, ondersteuning thuis en andere jeugdhulp 2, de rest 1."""
    if row["type"] == "VO" or row["detail"] in {"JH11", "JH12", "JH13", "JH14"}:
        return 3
    return 2 if row["type"] == "OT" or row["detail"] in {"JH02", "JH03", "JH04"} else 1


def went_to(rows: Sequence[Provision]) -> str:
    """Waarheen de cliënt uitstroomde, volgens de redenen van wat eindigde."""
    reasons = {row["reason"] for row in rows if row["domain"] == "wmo"}
    for reason, code in (("12", "UB"), ("13", "UZ"), ("14", "UW")):
        if reason in reasons:
            return code
    return "UO"


def financing_of(rows: Sequence[Provision]) -> set[str]:
    """Uitsluitend zorg in natura, uitsluitend PGB, of zowel het een als het ander."""
    known = {row["financing"] for row in held_once(rows)}
    return {"".join(name for code, name in (("1", "Z"), ("2", "P")) if code in known)}


def measures_of(rows: Sequence[Provision]) -> set[str]:
    """Jeugdhulp, jeugdbescherming, jeugdreclassering, of een combinatie."""
    types = {row["type"] for row in rows}
    names = (("JH", "H"), ("JB", "B"), ("JR", "R"))
    return {"".join(name for code, name in names if code in types)}


def pair_of(rows: Sequence[Provision]) -> set[str]:
    """De twee soorten van wie precies twee voorzieningen heeft, op alfabet."""
    held = held_once(rows)
    if len(held) != 2:
        return set()
    details = [row["detail"] for row in held if row["detail"] is not None]
    types = [row["type"] for row in held]
    return {"".join(sorted(types)), "".join(sorted(details))}


def held_once(rows: Sequence[Provision]) -> list[Provision]:
    """Elke voorziening één keer, ook als twee leden haar delen."""
    return list({row["provision_id"]: row for row in rows}.values())


def age_of(rows: Sequence[Provision]) -> set[str]:
    """De leeftijd op de peildatum, in jaren."""
    return {str(row["age"]) for row in rows if row["age"] is not None}


def sex_of(rows: Sequence[Provision]) -> set[str]:
    """Man (1) of vrouw (2)."""
    return {row["sex"] for row in rows if row["sex"]}


def pension_of(rows: Sequence[Provision]) -> set[str]:
    """Tot of vanaf de AOW-leeftijd."""
    known = {row["reached_pension_age"] for row in rows} - {None}
    return {"VANAF" if True in known else "TOT"} if known else set()


def household_of(rows: Sequence[Provision]) -> set[str]:
    """De samenstelling van het huishouden."""
    names = ("EEN", "PAAR", "PAAR", "PAARKIND", "PAARKIND", "OUDER", "OVERIG", "INST")
    return {
        names[int(row["household_type"]) - 1] for row in rows if row["household_type"]
    }


def child_of(rows: Sequence[Provision]) -> set[str]:
    """Thuiswonend kind (plaats 1) bij één ouder, bij een paar, of anders."""
    row = rows[0]
    if row["household_type"] is None:
        return set()
    if row["household_place"] != "1":
        return {"ANDER"}
    return {{"4": "PAAR", "5": "PAAR", "6": "EEN"}.get(row["household_type"], "ANDER")}


def income_of(rows: Sequence[Provision]) -> set[str]:
    """Het inkomen van het huishouden in hele duizenden euro's; anders onbekend."""
    return {"ONB" if row["income"] is None else str(row["income"]) for row in rows}


def origin_of(rows: Sequence[Provision]) -> set[str]:
    """De herkomst, als die bekend is."""
    return {row["origin"] for row in rows if row["origin"]}


def care_of(rows: Sequence[Provision]) -> set[str]:
    """Zorg uit Wlz, Zvw, beide of geen van beide, als dat is aangeleverd."""
    return {row["care"] for row in rows if row["care"]}


def index_of(rows: Sequence[Provision]) -> set[str]:
    """De hoofdgroep van de index: ook zorg uit Wlz of Zvw (V), meer dan één wet (M), of
    de ene wet."""
    if care_of(rows) & {"WLZ", "ZVW", "BEIDE"}:
        return {"V"}
    laws = combination_of(rows)
    return {"M" if len(laws) > 1 else laws}


def use_of(rows: Sequence[Provision]) -> set[str]:
    """De wetten van wat de eenheid in het halfjaar daarnaast had, of geen (G)."""
    used = [row for row in rows if row["domain"] in LAWS]
    return {combination_of(used) or "G"}


OfAProvision = Callable[[Provision, Sequence[Provision], Span], set[str]]
OfAUnit = Callable[[Sequence[Provision]], set[str]]

OF_A_PROVISION: Mapping[Characteristic, OfAProvision] = {
    Characteristic.TYPE: types_of,
    Characteristic.REASON: reason_of,
    Characteristic.REFERRER: referrer_of,
    Characteristic.LIVING: living_of,
    Characteristic.COURSE: course_of,
    Characteristic.INTENSITY: intensity_of,
    Characteristic.PERSPECTIVE: perspective_of,
}
OF_A_UNIT: Mapping[Characteristic, OfAUnit] = {
    Characteristic.COMBINATION: lambda rows: {combination_of(rows)},
    Characteristic.NUMBER: lambda rows: {number_of(rows)},
    Characteristic.FINANCING: financing_of,
    Characteristic.MEASURES: measures_of,
    Characteristic.PAIR: pair_of,
    Characteristic.AGE: age_of,
    Characteristic.SEX: sex_of,
    Characteristic.PENSION: pension_of,
    Characteristic.HOUSEHOLD: household_of,
    Characteristic.CHILD: child_of,
    Characteristic.INCOME: income_of,
    Characteristic.ORIGIN: origin_of,
    Characteristic.CARE: care_of,
    Characteristic.INDEX: index_of,
    Characteristic.USE: use_of,
}
"""Wat de codes van een dimensie zeggen: van elke voorziening, of van de eenheid."""
OF_WHAT_ELSE = {Characteristic.USE}
"""Van alles wat de eenheid in het halfjaar had, ook wat niet wordt geteld."""


def combination_of(rows: Sequence[Provision]) -> str:
    """De wetten waaruit de eenheid voorzieningen had: J, P, W of een combinatie."""
    return "".join(sorted({LAWS[row["domain"]] for row in rows}))


def number_of(rows: Sequence[Provision]) -> str:
    """Het aantal verschillende voorzieningen; zes of meer is `6+`. Een uitkering die
    twee leden van een huishouden delen is één voorziening."""
    found = len({row["provision_id"] for row in rows})
    return "6+" if found >= 6 else str(found)
