"""The command line: one sub-command per room; parses, calls, turns errors into codes.

What the commands do is in `secure_env.commands` and its like, imported when one runs,
so that `gmsd --help` is at once.
"""

import argparse
import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from engine import memory
from engine.errors import AuditFailed, EngineError, NotProtectable
from rules.duties import Role
from rules.errors import RuleError
from rules.levensweg import Cohort, load_levensweg
from rules.period import Day, HalfYear, Span, Year, parse_span


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001

BUG, REFUSED, STOPPED = 1, 15, 130

ENGINES = ("duckdb", "spark")
R_TABLES = ("GaussSuppression", "sdcTable")
R_FILES = ("sdcMicro",)

EXIT_CODES: dict[type[Exception], int] = {
    RuleError: 11,
    NotProtectable: 12,
    AuditFailed: 13,
    EngineError: 11,
}
"""For errors that do not know their own; the first kind that fits."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives its exit code."""
    parsed = _parser().parse_args(arguments)
    memory.stays_here()
    try:
        commands = importlib.import_module(parsed.module)
        code: int = getattr(commands, parsed.command)(parsed)
    except KeyboardInterrupt:
        return _say("stopped; the next call goes on from the last whole step", STOPPED)
    except Exception as error:
        return _failed(error)
    return code


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="gmsd",
        description="Gemeentelijke Monitor Sociaal Domein: from deliveries to a "
        "release that carries its own proof.",
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    _add_outside(commands)
    _add_rooms(commands)
    _add_deliveries(commands)
    _add_people(commands)
    _add_custody(commands)
    _add_rules(commands)
    _add_tables(commands)
    _add_pages(commands)
    return top


def _add(commands: Commands, name: str, text: str) -> argparse.ArgumentParser:
    added: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=text
    )
    added.set_defaults(command=name.replace("-", "_"), module="secure_env.commands")
    return added


def _add_outside(commands: Commands) -> None:
    demo = _add(commands, "demo", "a synthetic country through all rooms")
    demo.add_argument("--out", type=Path, default=Path("demo"), metavar="DIR")
    demo.add_argument("--persons", type=int, default=100_000)
    made = _add(commands, "synthesise", "make deliveries and registers")
    made.add_argument("folder", type=Path, metavar="DIR")
    made.add_argument("--period", required=True, type=_half_year, metavar="2023-H1")
    made.add_argument("--persons", type=int)
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--regions", type=Path, metavar="FILE")
    made.add_argument("--provinces", type=Path, metavar="FILE")
    made.add_argument(
        "--regions-of",
        type=int,
        metavar="YEAR",
        help="also the regions of a later year, and the boundary changes up to it",
    )
    init = _add(commands, "init", "make a new secure environment folder")
    init.add_argument("env", type=Path, metavar="ENV")
    init.add_argument("--statistician", default="statistician", metavar="NAME")
    init.add_argument(
        "--checkers", nargs="+", default=["checker-a", "checker-b"], metavar="NAME"
    )
    for role in ("intake", "publisher", "administrator"):
        init.add_argument(f"--{role}", default=role, metavar="NAME")
    init.add_argument(
        "--store-key",
        default="file",
        choices=["file", "variable", "keyring", "module"],
        help="where the store key is kept",
    )
    init.add_argument(
        "--passphrases", action="store_true", help="every key gets a passphrase"
    )
    exported = _add(commands, "export", "a release in other formats, outside")
    exported.add_argument("folder", type=Path, metavar="DIR")
    exported.add_argument("--to", type=Path, required=True, metavar="DIR2")
    exported.add_argument(
        "--format", nargs="+", metavar="NAME", help="csv, excel, odata3 ...; else all"
    )
    exported.add_argument("--key", type=Path, metavar="PEM")
    served = _add(commands, "serve", "a release on this computer, as StatLine's OData")
    served.add_argument("folder", type=Path, metavar="DIR")
    served.add_argument("--port", type=int, default=8000)
    served.add_argument("--key", type=Path, metavar="PEM")
    verify = _add(commands, "verify", "check a release folder, outside")
    verify.add_argument("--register", type=Path, metavar="FILE")
    verify.add_argument("folder", type=Path, metavar="DIR")
    verify.add_argument("--key", type=Path, metavar="PEM")


def _add_rooms(commands: Commands) -> None:
    received = _add(commands, "receive", "take in deliveries, or refuse them")
    received.add_argument("env", type=Path, metavar="ENV")
    received.add_argument("files", type=Path, nargs="+", metavar="FILE")
    received.add_argument(
        "--reports", type=Path, metavar="DIR", help="write what goes back to suppliers"
    )
    _add_acting(received)
    rooms = {
        "link": "deliveries -> linked microdata",
        "tabulate": "linked microdata -> exact cells",
        "protect": "exact cells -> protected cells",
        "audit": "prove that nothing hidden can be derived",
        "run": "link, tabulate, protect and audit in one go",
    }
    for name, text in rooms.items():
        added = _span_command(commands, name, text)
        _add_acting(added)
        _add_regions(added)
        if name == "tabulate":
            added.add_argument("--table", metavar="T", help="one table, on request")
            added.add_argument("--engine", default="duckdb", choices=ENGINES)
            added.add_argument("--master", default="local[*]", metavar="URL")
        if name in {"audit", "run"}:
            added.add_argument(
                "--status",
                default="voorlopig",
                choices=["voorlopig", "nader voorlopig", "definitief"],
            )
    _add_regions(_span_command(commands, "loss", "what protection took away"))
    risk = _period_command(commands, "risk", "who stands out in the linked microdata")
    risk.add_argument("--keys", nargs="+", default=["gemeente", "domains", "types"])
    risk.add_argument("--sensitive", default="provisions", metavar="KEY")
    risk.add_argument("--with", dest="package", choices=R_FILES, metavar="PACKAGE")
    asked = _period_command(commands, "sample", "whom to ask of the index groups")
    asked.add_argument("--per-group", type=int, required=True, metavar="N")
    asked.add_argument("--key", type=Path, required=True, metavar="FILE")
    _add_acting(asked)
    why = _span_command(commands, "explain", "why a cell is hidden")
    _add_regions(why)
    why.add_argument("table", metavar="TABLE")
    why.add_argument("codes", nargs="+", metavar="CODE")


def _add_regions(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--regions-of",
        type=int,
        metavar="YEAR",
        help="in the regions of another year; inside only",
    )


def _add_deliveries(commands: Commands) -> None:
    shown = _period_command(commands, "status", "who delivered, and who takes part")
    found = _period_command(commands, "linkage", "what was linked, and lost where")
    for each in (shown, found):
        each.add_argument("--csv", type=Path, metavar="FILE", help="all of it, inside")
    gone = _period_command(commands, "withdraw-delivery", "let a delivery not count")
    gone.add_argument("source", metavar="SOURCE")
    gone.add_argument("supplier", metavar="SUPPLIER")
    own = _period_command(commands, "op-orde", "a gemeente's own counts, for it alone")
    own.add_argument("--gemeente", required=True, metavar="GM")
    own.add_argument("--to", type=Path, required=True, metavar="DIR")
    for each in (gone, own):
        _add_acting(each)
    for each in (shown, found, gone, own):
        each.set_defaults(module="secure_env.delivery_commands")


def _add_people(commands: Commands) -> None:
    vote = _period_command(commands, "clear", "vote on the candidate")
    vote.add_argument("--as", dest="name", required=True, metavar="NAME")
    vote.add_argument("--vote", required=True, choices=["approve", "reject"])
    vote.add_argument("--comment", default="", metavar="TEXT")
    vote.add_argument("--candidate", metavar="SHA256", help="the one that you read")
    read = _period_command(commands, "review", "the dossier that checkers read")
    read.add_argument("--to", type=Path, metavar="FILE.html")
    read.add_argument("--since", type=Path, nargs="+", default=[], metavar="RELEASE")
    read.add_argument("--serve", nargs="+", default=[], metavar="CHECKER")
    read.add_argument("--port", type=int, default=0)
    out = _period_command(commands, "release", "write the cleared release")
    out.add_argument("--to", type=Path, required=True, metavar="DIR")
    _add_acting(out)
    _add_acting(_period_command(commands, "votes", "what the checkers said"))
    listed = _environment_command(commands, "releases", "what became of each release")
    listed.add_argument("--to", type=Path, metavar="FILE", help="write it, signed")
    back = _environment_command(commands, "withdraw-release", "take a release back")
    back.add_argument("number", type=int, metavar="NUMBER")
    back.add_argument("--reason", required=True, metavar="TEXT")


def _add_custody(commands: Commands) -> None:
    role = _environment_command(commands, "appoint", "give a person a role")
    role.add_argument("name", metavar="NAME")
    role.add_argument("role", choices=[each.value for each in Role])
    forgotten = _environment_command(
        commands, "purge", "forget the persons of a period"
    )
    forgotten.add_argument("period", type=_half_year, metavar="PERIOD")
    journal = _add(commands, "journal", "what was done, by whom")
    verbs = journal.add_subparsers(metavar="VERB", required=True)
    checked = _environment_command(verbs, "verify", "whether it is as it was written")
    checked.add_argument("--with", dest="beside", type=Path, metavar="DIR")
    checked.set_defaults(command="journal_verify")
    shown = _environment_command(verbs, "show", "every line of it")
    shown.set_defaults(command="journal_show")
    keys = _add(commands, "keys", "the keys of an environment")
    verbs = keys.add_subparsers(metavar="VERB", required=True)
    rotated = _environment_command(verbs, "rotate", "change the store key")
    rotated.set_defaults(command="keys_rotate")
    sealed = _add(verbs, "protect", "give a key another passphrase")
    sealed.add_argument("env", type=Path, metavar="ENV")
    sealed.add_argument("name", metavar="NAME", help="a person, store or pseudonym")
    sealed.set_defaults(command="keys_protect", module="secure_env.custody_commands")


def _environment_command(
    commands: Commands, name: str, text: str
) -> argparse.ArgumentParser:
    added = _add(commands, name, text)
    added.add_argument("env", type=Path, metavar="ENV")
    added.set_defaults(module="secure_env.custody_commands")
    _add_acting(added)
    return added


def _add_acting(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--as", dest="acting", metavar="NAME", help="who does it, where several may"
    )


def _add_pages(commands: Commands) -> None:
    report = _add(commands, "report", "municipal reports of releases, outside")
    report.add_argument("--gemeente", nargs="+", default=[], metavar="GM")
    report.add_argument(
        "--kind", nargs="+", default=["html"], choices=["html", "pdf", "figures"]
    )
    report.add_argument("--explanations", type=Path, metavar="FOLDER")
    site = _add(commands, "site", "a dashboard of releases, outside")
    site.add_argument("--boundaries", type=Path, metavar="GEOJSON")
    for added in (report, site):
        added.add_argument("releases", type=Path, nargs="+", metavar="RELEASE")
        added.add_argument("--to", type=Path, required=True, metavar="FOLDER")
        added.add_argument("--key", type=Path, metavar="PEM")
        added.add_argument("--groups", type=Path, metavar="CSV")


def _add_rules(commands: Commands) -> None:
    shown = _add(commands, "show-indicator", "describe an indicator")
    shown.add_argument("code", metavar="CODE")
    sql = _add(commands, "show-sql", "the SQL that counts an indicator")
    sql.add_argument("code", metavar="CODE")
    sql.add_argument("--table", metavar="TABLE")
    sql.add_argument("--period", default="2023-H1", type=_half_year, metavar="2023-H1")
    _add(commands, "check-rules", "read all rules, report every error")


def _add_tables(commands: Commands) -> None:
    table = _add(commands, "table", "disclosure control on anybody's table")
    verbs = table.add_subparsers(metavar="VERB", required=True)
    protect = _add(verbs, "protect", "hide and round a table")
    protect.add_argument("input", type=Path, metavar="IN.csv")
    protect.add_argument("--out", type=Path, required=True, metavar="OUT.csv")
    protect.add_argument("--key", type=Path, metavar="FILE")
    audited = _add(verbs, "audit", "what a reader can know of each cell")
    audited.add_argument("input", type=Path, metavar="PUBLISHED.csv")
    audited.add_argument("--out", type=Path, required=True, metavar="INTERVALS.csv")
    audited.add_argument("--witnesses", type=Path, metavar="W.parquet")
    proof = _add(verbs, "verify", "check an audit's witnesses")
    proof.add_argument("input", type=Path, metavar="PUBLISHED.csv")
    proof.add_argument("--witnesses", type=Path, required=True, metavar="W.parquet")
    beside = _add(verbs, "compare", "the pattern of an R package beside ours")
    beside.add_argument("input", type=Path, metavar="IN.csv")
    beside.add_argument(
        "--with", dest="package", required=True, choices=R_TABLES, metavar="PACKAGE"
    )
    for verb, command in (
        (beside, "table_compare"),
        (protect, "table_protect"),
        (audited, "table_audit"),
        (proof, "table_verify"),
    ):
        verb.set_defaults(command=command)
        verb.add_argument("--spec", type=Path, required=True, metavar="SPEC.toml")


def _period_command(
    commands: Commands, name: str, text: str, *, also: str = ""
) -> argparse.ArgumentParser:
    added = _add(commands, name, text)
    added.add_argument("env", type=Path, metavar="ENV")
    added.add_argument(
        "period",
        type=_any_period if also else _period,
        metavar="PERIOD",
        help=f"a half-year, 2023-H1, or a cohort, levensweg-2015{also}",
    )
    return added


def _span_command(commands: Commands, name: str, text: str) -> argparse.ArgumentParser:
    """A command that takes a year or a reference day too: nothing of it leaves."""
    also = "; inside only a year, 2023, or a reference day, 2023-12-31"
    return _period_command(commands, name, text, also=also)


def _period(text: str) -> HalfYear | Cohort:
    """A half-year, or the cohort of that name."""
    found = _any_period(text)
    if isinstance(found, Year | Day):
        raise argparse.ArgumentTypeError(
            f"{found} is counted, protected and audited only: it does not leave, as "
            "beside its half-years a reader could subtract; give a half-year"
        )
    return found


def _any_period(text: str) -> Span | Cohort:
    """A half-year, a year or a reference day, or the cohort of that name."""
    try:
        if text.startswith("levensweg"):
            return load_levensweg().cohort(text)
        return parse_span(text)
    except RuleError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _half_year(text: str) -> HalfYear:
    try:
        return HalfYear.parse(text)
    except RuleError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _failed(error: Exception) -> int:
    """The error as one sentence and its exit code; a bug as its lines of code."""
    code = getattr(error, "exit_code", None)
    if isinstance(code, int):
        return _say(str(error), code)
    if isinstance(error, OSError) and error.errno:
        return _say(
            f"{error.filename or 'a file'}: {os.strerror(error.errno)}; mend that and "
            "give the command again",
            REFUSED,
        )
    kinds = [kind for kind in EXIT_CODES if isinstance(error, kind)]
    return _say(str(error), EXIT_CODES[kinds[0]]) if kinds else _bug(error)


def _bug(error: Exception) -> int:
    """Where it went wrong, without a value: messages of libraries may hold data."""
    for frame in traceback.extract_tb(error.__traceback__):
        sys.stderr.write(f"  {frame.filename}:{frame.lineno} {frame.name}\n")
    kind = type(error).__name__
    return _say(f"a bug in gmsd ({kind}); please report the lines above", BUG)


def _say(sentence: str, code: int) -> int:
    sys.stderr.write(f"gmsd: {sentence}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
