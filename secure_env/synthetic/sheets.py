"""The columns that each source delivers, from its records and their dirt."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from secure_env.synthetic.arrays import Ints, Mask
from secure_env.synthetic.days import OPEN, as_text
from secure_env.synthetic.dirt import UNBORN, UNKNOWN_CODE, Sheet
from secure_env.synthetic.identity import digits
from secure_env.synthetic.jeugd import FORMS, JeugdRecords
from secure_env.synthetic.population import MAN
from secure_env.synthetic.pwet import SRG_TYPES, BusRecords, SrgRecords
from secure_env.synthetic.wmo import AS_PLANNED, WmoRecords


WMO_COLUMNS = (
    "Gemeentecode",
    "Aanmaakdatum_bestand",
    "BSN",
    "Toewijzingsnummer",
    "Type_maatwerkarrangement_toewijzing",
    "Type_maatwerkarrangement_declaratie",
    "Leveringsvorm",
    "Datum_start_rechtsgeldigheid_ondersteuning",
    "Datum_einde_rechtsgeldigheid_ondersteuning",
    "Datum_start_daadwerkelijke_ondersteuning",
    "Datum_einde_daadwerkelijke_ondersteuning",
    "Type_aanbieder",
    "Intensiteit",
    "Eenheid",
    "Frequentie",
    "Beschikte_frequentie",
    "Kosten",
    "Reden_beeindiging",
)
JEUGD_COLUMNS = (
    "Aanbieder",
    "BSN",
    "Geboortedatum",
    "Geslacht",
    "Gemeentecode",
    "Soort",
    "Vorm",
    "Verwijzer",
    "Perspectief",
    "Gestart_met_crisis",
    "Datum_aanvang",
    "Datum_einde",
    "Reden_beeindiging",
)
BUS_COLUMNS = (
    "Statistiekjaar",
    "Statistiekmaand",
    "Gemeentecode",
    "Registratienummer_uitkering",
    "Statistiekcode",
    "Leefvorm",
    "BSN",
    "Geboortedatum",
    "Geslacht",
    "Aanvangsdatum_uitkering",
    "Einddatum_uitkering",
    "Reden_beeindiging",
)
SRG_COLUMNS = (
    "Statistiekjaar",
    "Statistiekmaand",
    "Gemeentecode",
    "BSN",
    "Geboortedatum",
    "Geslacht",
    "Registratienummer_voorziening",
    "Type_voorziening",
    "Begindatum",
    "Einddatum",
    "Reden_einde",
)

_TWO_DIGITS = pa.array([f"{code:02d}" for code in range(100)])
_ONE_DIGIT = pa.array([str(code) for code in range(10)])
_FORM_CODES = pa.array([form for _, form in FORMS] + ["99"])
_SRG_CODES = pa.array([*SRG_TYPES, "77"])
_KINDS = np.array([kind for kind, _ in FORMS])
_NO_SUCH_CODE = 99
_NONE = 0
_PERSPECTIVES = 4
"""Asked up to 2018: later layouts leave it out."""
_UNBORN_DATE = "99999999"


@dataclass(frozen=True, slots=True)
class WmoManner:
    """How a gemeente fills in its Wmo file."""

    claims: bool
    """Delivers what was claimed beside what was assigned."""
    numbered: float
    """The share of its records with an allocation number."""
    optional: bool
    """Fills in the facultative columns too."""

    @staticmethod
    def of(gemeente: int, seed: int) -> "WmoManner":
        random = np.random.default_rng([seed, 8, gemeente])
        return WmoManner(
            claims=bool(random.random() < 0.7),
            numbered=float(random.choice([1.0, 0.9, 0.0], p=[0.5, 0.1, 0.4])),
            optional=bool(random.random() < 0.5),
        )


def wmo_table(
    records: WmoRecords,
    sheet: Sheet,
    *,
    gemeente: str,
    manner: WmoManner,
    days: tuple[int, int],
) -> pa.Table:
    """`days` are the last day of the period and the day the file was made."""
    last_day, made = days
    records, size = records.of(sheet.row), len(sheet)
    serial = records.arrangement
    planned = np.where(records.planned >= sheet.starts, records.planned, OPEN)
    # Only the type that prevails is dirty, so that dirt is found once.
    type_code = _codes(_TWO_DIGITS, sheet.code, _NO_SUCH_CODE)
    assigned = _codes(_TWO_DIGITS, records.type) if manner.claims else type_code
    claims, optional = np.full(size, manner.claims), np.full(size, manner.optional)
    variety = serial % 1_009
    numbered = serial % 10 < 10 * manner.numbered
    columns = (
        _same(gemeente, size),
        as_text(np.full(size, made)),
        digits(sheet.bsn, 9),
        _only(numbered, digits(serial, 10)),
        assigned,
        _only(claims, type_code),
        _codes(_ONE_DIGIT, records.financing),
        as_text(sheet.starts - manner.claims * (serial % 15)),
        as_text(np.where(sheet.ends == OPEN, planned, sheet.ends)),
        as_text(np.where(claims, sheet.starts, OPEN)),
        as_text(np.where(claims, sheet.ends, OPEN)),
        _only(optional, _codes(_TWO_DIGITS, 1 + variety % 4)),
        _only(optional, digits(30 + variety % 8 * 15, 3)),
        _only(optional, _same("01", size)),
        _only(optional, _same("2", size)),
        _only(optional, _same("2", size)),
        _only(optional, digits(200 + variety, 4)),
        _codes(_TWO_DIGITS, _wmo_reasons(records, sheet, last_day)),
    )
    return pa.table(list(columns), names=list(WMO_COLUMNS))


def _wmo_reasons(records: WmoRecords, sheet: Sheet, last_day: int) -> Ints:
    """Only with an end. Records of one arrangement mostly bear the same reason.

    That is the reason it ended for in the end, and none as long as that is unknown.
    """
    final = np.where(records.over <= last_day, records.reason, _NONE)
    own = (records.next_starts != OPEN) & (records.arrangement % 10 == 0)
    outside = (records.next_starts == OPEN) & (final == _NONE)
    reason = np.where(own | outside, AS_PLANNED, final)
    return np.where(sheet.ends == OPEN, _NONE, reason)


def jeugd_table(
    records: JeugdRecords,
    sheet: Sheet,
    *,
    provider: str,
    codes: pa.Array,
    last_day: int,
) -> pa.Table:
    """`codes` are those of the gemeenten."""
    records, size = records.of(sheet.row), len(sheet)
    unborn = sheet.bsn == UNBORN
    known = np.where(sheet.code < 0, 0, sheet.code)
    is_help = _KINDS[known] == 1
    lives_in = np.where(records.moves <= last_day, records.goes_to, records.gemeente)
    sex = np.where(unborn, 2, np.where(records.sex == MAN, 0, 1))
    forms = _FORM_CODES.take(pa.array(np.where(sheet.code < 0, len(FORMS), sheet.code)))
    columns = (
        _same(provider, size),
        digits(sheet.bsn, 9),
        pc.if_else(pa.array(unborn), _UNBORN_DATE, as_text(records.birth)),
        pa.array(["M", "V", "O"]).take(pa.array(sex)),
        codes.take(pa.array(lives_in)),
        _codes(_ONE_DIGIT, _KINDS[known]),
        forms,
        _only(is_help, _codes(_TWO_DIGITS, records.referrer)),
        _only(is_help, _codes(_TWO_DIGITS, 1 + records.birth % _PERSPECTIVES)),
        _only(is_help, pa.array(["N", "J"]).take(pa.array(records.crisis))),
        as_text(sheet.starts),
        as_text(sheet.ends),
        _codes(_TWO_DIGITS, np.where(sheet.ends == OPEN, _NONE, records.reason)),
    )
    return pa.table(list(columns), names=list(JEUGD_COLUMNS))


def bus_table(
    records: BusRecords, sheet: Sheet, *, gemeente: str, year: int
) -> pa.Table:
    records, size = records.of(sheet.row), len(sheet)
    columns = (
        _same(str(year), size),
        _codes(_TWO_DIGITS, sheet.month),
        _same(gemeente, size),
        digits(records.registration, 11),
        _codes(_TWO_DIGITS, sheet.code, _NO_SUCH_CODE),
        _codes(_ONE_DIGIT, records.living),
        digits(sheet.bsn, 9),
        as_text(records.birth),
        _codes(_ONE_DIGIT, records.sex),
        as_text(sheet.starts),
        as_text(sheet.ends),
        _codes(_TWO_DIGITS, np.where(sheet.ends == OPEN, _NONE, records.reason)),
    )
    return pa.table(list(columns), names=list(BUS_COLUMNS))


def srg_table(
    records: SrgRecords, sheet: Sheet, *, gemeente: str, year: int
) -> pa.Table:
    records, size = records.of(sheet.row), len(sheet)
    types = np.where(sheet.code < 0, len(SRG_TYPES), sheet.code)
    columns = (
        _same(str(year), size),
        _codes(_TWO_DIGITS, sheet.month),
        _same(gemeente, size),
        digits(sheet.bsn, 9),
        as_text(records.birth),
        _codes(_ONE_DIGIT, records.sex),
        digits(records.registration, 11),
        _SRG_CODES.take(pa.array(types)),
        as_text(sheet.starts),
        as_text(sheet.ends),
        _codes(_ONE_DIGIT, np.where(sheet.ends == OPEN, _NONE, records.reason)),
    )
    return pa.table(list(columns), names=list(SRG_COLUMNS))


def _codes(texts: pa.Array, codes: Ints, no_such: int = 0) -> pa.Array:
    """Codes as text: null where there is none, one of no list where unknown."""
    codes = np.where(codes == UNKNOWN_CODE, no_such, codes)
    return texts.take(pa.array(codes, mask=codes == _NONE))


def _same(text: str, size: int) -> pa.Array:
    return pa.repeat(text, size)


def _only(rows: Mask, texts: pa.Array) -> pa.Array:
    return pc.if_else(pa.array(rows), texts, None)
