"""What each sub-command does: calls a room, says what came of it, gives the exit code.

A function here has the name of its command, with `_` for `-`. What only one command
needs and takes long to import is imported there.
"""

import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from engine.tabulate import sql_text
from outputs import verify as outside
from outputs.clearance import Verdict
from outputs.symbols import ReleaseStatus
from rules.catalogue import load
from rules.describe import describe
from rules.duties import Act, Role
from rules.errors import RuleError
from rules.fingerprint import fingerprint
from rules.layout import load_layouts
from rules.levensweg import load_levensweg
from secure_env import (
    environment,
    explanation,
    inspection,
    intake,
    keys,
    log,
    loss_report,
    publish,
    register,
    retention,
    risk_report,
    table_commands,
    workflow,
)
from secure_env.errors import DeliveryRejected, UsageError
from secure_env.outdated import outdated
from secure_env.rooms import Period, summary_of
from secure_env.settings import Custody
from secure_env.store import Folder
from secure_env.supplier_report import as_text


Known = TypeVar("Known")

DONE, AUDIT_FAILED = 0, 13


def demo(given: Namespace) -> int:
    from secure_env import demonstration

    load()  # an error of the rules is not one of who asks
    with _asked():
        told = demonstration.demonstrate(given.out, given.persons, log.progress)
    _print(told)
    return DONE


def synthesise(given: Namespace) -> int:
    from secure_env import synthetic

    with _asked():
        made = synthetic.synthesise(
            given.folder,
            given.period,
            persons=given.persons,
            seed=given.seed,
            regions=given.regions,
            provinces=given.provinces,
            progress=log.progress,
        )
    files = sum(len(paths) for paths in made.files.values())
    _print(
        f"{made.persons} persons in {made.households} households and "
        f"{made.gemeenten} gemeenten; {files} files in {given.folder}"
    )
    return DONE


def init(given: Namespace) -> int:
    others = {
        Role.INTAKE: given.intake,
        Role.PUBLISHER: given.publisher,
        Role.ADMINISTRATOR: given.administrator,
    }
    made = environment.initialise(
        given.env,
        statistician=given.statistician,
        checkers=given.checkers,
        others=others,
        custody=Custody(given.store_key, given.passphrases),
    )
    _print(
        f"{made.root}: {made.statistician} makes the figures, "
        f"{' and '.join(made.checkers)} clear them"
    )
    return DONE


def receive(given: Namespace) -> int:
    inside = _inside(given)
    receipts = intake.receive(inside, given.files, progress=log.progress)
    refused = [receipt for receipt in receipts if not receipt.accepted]
    for receipt in refused:
        _print(as_text(receipt, "nl"))
    if given.reports is not None:
        from secure_env.supplier_pages import write_reports

        write_reports(given.reports, receipts)
    accepted = [receipt for receipt in receipts if receipt.accepted]
    _print(
        f"{len(accepted)} accepted ({sum(r.kept for r in accepted)} records, "
        f"{sum(r.set_aside for r in accepted)} set aside), {len(refused)} refused"
    )
    return DeliveryRejected.exit_code if refused else DONE


def link(given: Namespace) -> int:
    return _room(workflow.link(_period(given), log.progress))


def tabulate(given: Namespace) -> int:
    period = _period(given)
    if given.table is not None:
        period = period.asking(given.table)
    if given.engine == "duckdb":
        return _room(workflow.tabulate(period, log.progress))
    from engine.spark_database import SparkDatabase

    opening = partial(SparkDatabase.at, given.master)
    return _room(workflow.tabulate(period, log.progress, opening))


def protect(given: Namespace) -> int:
    return _room(workflow.protect(_period(given), log.progress))


def audit(given: Namespace) -> int:
    status = ReleaseStatus(given.status)
    return _room(workflow.audit(_period(given), log.progress, status))


def run(given: Namespace) -> int:
    period, status = _period(given), ReleaseStatus(given.status)
    made = workflow.run(period, log.progress, status)
    for late in outdated(period.environment, period.half_year):
        log.progress(f"{late}")
    return _room(made)


def clear(given: Namespace) -> int:
    period = _period(given)
    verdict, now = Verdict(given.vote), datetime.now(UTC)
    ballot = publish.Ballot(given.name, verdict, given.comment, now, given.candidate)
    state = publish.vote(period, workflow.candidate(period), ballot)
    _print(f"{period.half_year}: {state}")
    return DONE


def review(given: Namespace) -> int:
    from secure_env import review as reviewing
    from secure_env import review_server

    period = _period(given)
    proposed = workflow.candidate(period)
    made = reviewing.dossier(period, workflow.proven(period), proposed, given.since)
    if given.serve:
        booth = review_server.booth(period, proposed, made, given.serve)
        review_server.run(booth, given.port, _print)
    else:
        _print(reviewing.write(made, given.to or f"review-{period.half_year}.html"))
    return DONE


def release(given: Namespace) -> int:
    period = _period(given)
    made = publish.release_to(period, workflow.candidate(period), given.to)
    _print(
        f"{len(made.manifest.files)} files released to {made.folder}, "
        f"cleared by {' and '.join(made.manifest.checkers)}"
    )
    return DONE


def votes(given: Namespace) -> int:
    period = _period(given)
    for one in publish.opened_votes(period, workflow.candidate(period)):
        _print(f"{one.checker}: {one.verdict.value} {one.comment}".rstrip())
    return DONE


def releases(given: Namespace) -> int:
    inside = _inside(given)
    for one in register.releases(inside):
        _print(str(one))
    if given.to is not None:
        register.write_register(inside, given.to)
    return DONE


def withdraw_release(given: Namespace) -> int:
    _print(str(register.withdraw_release(_inside(given), given.number, given.reason)))
    return DONE


def appoint(given: Namespace) -> int:
    environment.appoint(_inside(given), given.name, Role(given.role))
    _print(f"{given.name}: {given.role}")
    return DONE


def journal_verify(given: Namespace) -> int:
    _print(inspection.inspect(_inside(given), given.beside))
    return DONE


def journal_show(given: Namespace) -> int:
    for entry in _inside(given).journal.entries():
        _print(str(entry))
    return DONE


def keys_rotate(given: Namespace) -> int:
    inside = _inside(given)
    inside.deed(Act.ROTATE, "store key changed", {}).write()
    _print(f"the store key is {inside.store.keys.rotate()} now")
    return DONE


def keys_protect(given: Namespace) -> int:
    path = environment.key_file(_inside(given), given.name)
    keys.protect(path, keys.new_passphrase(given.name), owner=given.name)
    _print(f"the key of {given.name} has another passphrase")
    return DONE


def purge(given: Namespace) -> int:
    folders = retention.purge(_inside(given), str(given.period))
    _print(f"{given.period}: {folders} folders with persons and their keys destroyed")
    return DONE


def report(given: Namespace) -> int:
    from secure_env.output_commands import Sources, make_reports

    told = make_reports(
        Sources(given.releases, given.key, given.groups, given.explanations),
        given.to,
        gemeenten=given.gemeente,
        kinds=given.kind,
    )
    _print(told)
    return DONE


def site(given: Namespace) -> int:
    from secure_env.output_commands import Sources, make_site

    sources = Sources(given.releases, given.key, given.groups)
    _print(make_site(sources, given.to, given.boundaries, log.progress))
    return DONE


def verify(given: Namespace) -> int:
    _print(str(outside.verify(given.folder, given.key, given.register)))
    return DONE


def export(given: Namespace) -> int:
    from outputs import export as exporting

    formats = given.format or list(exporting.FORMATS)
    for name in formats:
        _known(exporting.FORMATS, name)
    made = exporting.export(given.folder, given.to, formats, given.key)
    _print(str(made))
    return DONE


def serve(given: Namespace) -> int:
    from outputs import serve as serving

    serving.serve(given.folder, given.port, given.key)
    return DONE


def explain(given: Namespace) -> int:
    period = _period(given)
    rooms = workflow.proven(period)
    _print(explanation.explain(period, rooms, given.table, given.codes))
    return DONE


def loss(given: Namespace) -> int:
    period = _period(given)
    protected, _ = workflow.proven(period)
    for line in loss_report.loss_report(period, protected):
        _print(line)
    return DONE


def risk(given: Namespace) -> int:
    period = _period(given)
    linked = period.existing("linked", period.linked_digest, "link")
    for line in risk_report.risk_report(linked, given.keys, given.sensitive):
        _print(line)
    return DONE


def show_indicator(given: Namespace) -> int:
    catalogue = load()
    _print(describe(_known(catalogue.indicators, given.code), catalogue))
    return DONE


def show_sql(given: Namespace) -> int:
    catalogue = load()
    indicator = _known(catalogue.indicators, given.code)
    tables = {t.code: t for t in catalogue.tables[indicator.table].published()}
    table = _known(tables, given.table or next(iter(tables)))
    _print(sql_text(indicator, table, given.period))
    return DONE


def check_rules(_: Namespace) -> int:
    catalogue, levensweg = load(), load_levensweg()
    _print(
        f"{len(catalogue.indicators)} indicators on {len(catalogue.tables)} tables, "
        f"{len(catalogue.policies)} policies, {len(levensweg.cohorts)} cohorts and "
        f"{len(load_layouts())} layouts: no "
        f"errors; fingerprint {fingerprint()}"
    )
    return DONE


def table_protect(given: Namespace) -> int:
    made = table_commands.protect_file(given.input, given.spec, given.out, given.key)
    _print(str(made))
    return DONE


def table_audit(given: Namespace) -> int:
    found = table_commands.audit_file(
        given.input, given.spec, given.out, given.witnesses
    )
    _print(str(found))
    return AUDIT_FAILED if found.exposed else DONE


def table_verify(given: Namespace) -> int:
    found = table_commands.verify_file(given.input, given.spec, given.witnesses)
    _print(str(found))
    return DONE


# --- what commands share -------------------------------------------------------------


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _period(given: Namespace) -> Period:
    period = Period.of(_inside(given), given.period)
    year = getattr(given, "regions_of", None)
    return period if year is None else period.in_regions_of(year)


def _inside(given: Namespace) -> environment.Environment:
    return environment.open_environment(given.env, getattr(given, "acting", None))


@contextmanager
def _asked() -> Iterator[None]:
    """What cannot be made as asked is for whoever asked it."""
    try:
        yield
    except RuleError as error:
        raise UsageError(str(error)) from None


def _room(folder: Folder) -> int:
    for name, value in summary_of(folder).items():
        _print(f"{name}: {value}")
    _print(f"in {folder.path}")
    return DONE


def _known(found: Mapping[str, Known], code: str) -> Known:
    if code not in found:
        raise UsageError(f"{code} is not known; there are {', '.join(found)}")
    return found[code]
