"""What each sub-command does: calls a room, says what came of it, gives the exit code.

A function here has the name of its command, with `_` for `-`. What only one command
needs and takes long to import is imported there.
"""

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
from rules.laws import load_laws
from rules.layout import load_layouts
from rules.levensweg import load_levensweg
from secure_env import (
    environment,
    explanation,
    index_sample,
    intake,
    log,
    loss_report,
    publish,
    risk_report,
    table_commands,
    workflow,
)
from secure_env.asked import DONE, opened, say
from secure_env.errors import DeliveryRejected, UsageError
from secure_env.keys import make_secret, read_secret
from secure_env.outdated import outdated
from secure_env.rooms import Period, summary_of
from secure_env.settings import Custody
from secure_env.store import Folder
from secure_env.supplier_report import as_text


Known = TypeVar("Known")

AUDIT_FAILED = 13


def demo(given: Namespace) -> int:
    from secure_env import demonstration

    load()  # an error of the rules is not one of who asks
    with _asked():
        told = demonstration.demonstrate(given.out, given.persons, log.progress)
    return say(told)


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
            regions_of=given.regions_of,
            progress=log.progress,
        )
    files = sum(len(paths) for paths in made.files.values())
    return say(
        f"{made.persons} persons in {made.households} households and "
        f"{made.gemeenten} gemeenten; {files} files in {given.folder}"
    )


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
    say(
        f"{made.root}: {made.statistician} makes the figures, "
        f"{' and '.join(made.checkers)} clear them"
    )
    if not given.passphrases:
        say(
            "its keys have no passphrase, only permissions of files protect them: for "
            "real deliveries make it with --passphrases, or give gmsd keys protect"
        )
    return DONE


def receive(given: Namespace) -> int:
    inside = opened(given)
    receipts = intake.receive(inside, given.files, progress=log.progress)
    refused = [receipt for receipt in receipts if not receipt.accepted]
    for receipt in refused:
        say(as_text(receipt, "nl"))
    if given.reports is not None:
        from secure_env.supplier_pages import write_reports

        write_reports(given.reports, receipts)
    accepted = [receipt for receipt in receipts if receipt.accepted]
    say(
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
    return say(f"{period.half_year}: {state}")


def review(given: Namespace) -> int:
    from secure_env import review as reviewing
    from secure_env import review_server

    period = _period(given)
    proposed = workflow.candidate(period)
    made = reviewing.dossier(period, workflow.proven(period), proposed, given.since)
    if given.serve:
        booth = review_server.booth(period, proposed, made, given.serve)
        review_server.run(booth, given.port, say)
    else:
        say(reviewing.write(made, given.to or f"review-{period.half_year}.html"))
    return DONE


def release(given: Namespace) -> int:
    period = _period(given)
    made = publish.release_to(period, workflow.candidate(period), given.to)
    return say(
        f"{len(made.manifest.files)} files released to {made.folder}, "
        f"cleared by {' and '.join(made.manifest.checkers)}"
    )


def votes(given: Namespace) -> int:
    period = _period(given)
    for one in publish.opened_votes(period, workflow.candidate(period)):
        say(f"{one.checker}: {one.verdict.value} {one.comment}".rstrip())
    return DONE


def report(given: Namespace) -> int:
    from secure_env.output_commands import Sources, make_reports

    told = make_reports(
        Sources(given.releases, given.key, given.groups, given.explanations),
        given.to,
        gemeenten=given.gemeente,
        kinds=given.kind,
    )
    return say(told)


def site(given: Namespace) -> int:
    from secure_env.output_commands import Sources, make_site

    sources = Sources(given.releases, given.key, given.groups)
    return say(make_site(sources, given.to, given.boundaries, log.progress))


def verify(given: Namespace) -> int:
    return say(str(outside.verify(given.folder, given.key, given.register)))


def export(given: Namespace) -> int:
    from outputs import export as exporting

    formats = given.format or list(exporting.FORMATS)
    for name in formats:
        _known(exporting.FORMATS, name)
    made = exporting.export(given.folder, given.to, formats, given.key)
    return say(str(made))


def serve(given: Namespace) -> int:
    from outputs import serve as serving

    serving.serve(given.folder, given.port, given.key)
    return DONE


def explain(given: Namespace) -> int:
    period = _period(given)
    rooms = workflow.proven(period)
    return say(explanation.explain(period, rooms, given.table, given.codes))


def loss(given: Namespace) -> int:
    period = _period(given)
    for line in loss_report.loss_report(period, workflow.proven(period)):
        say(line)
    return DONE


def risk(given: Namespace) -> int:
    period = _period(given)
    linked = period.existing("linked", period.linked_digest, "link")
    for line in risk_report.risk_report(
        linked, given.keys, given.sensitive, given.package
    ):
        say(line)
    return DONE


def sample(given: Namespace) -> int:
    period = _period(given)
    period.environment.actor(Act.MAKE)
    secret = read_secret(given.key) if given.key.exists() else make_secret(given.key)
    drawn = index_sample.draw(period, secret, given.per_group)
    for line in index_sample.told(drawn):
        say(line)
    return DONE


def show_indicator(given: Namespace) -> int:
    catalogue = load()
    return say(describe(_known(catalogue.indicators, given.code), catalogue))


def show_sql(given: Namespace) -> int:
    catalogue = load()
    indicator = _known(catalogue.indicators, given.code)
    tables = {t.code: t for t in catalogue.tables[indicator.table].published()}
    table = _known(tables, given.table or next(iter(tables)))
    return say(sql_text(indicator, table, given.period))


def check_rules(_: Namespace) -> int:
    catalogue, levensweg = load(), load_levensweg()
    cases = sum(len(law.cases) for law in load_laws(catalogue))
    return say(
        f"{len(catalogue.indicators)} indicators on {len(catalogue.tables)} tables, "
        f"{len(catalogue.policies)} policies, {len(levensweg.cohorts)} cohorts and "
        f"{len(load_layouts())} layouts, {cases} laws of counting: no "
        f"errors; fingerprint {fingerprint()}"
    )


def table_protect(given: Namespace) -> int:
    made = table_commands.protect_file(given.input, given.spec, given.out, given.key)
    return say(str(made))


def table_compare(given: Namespace) -> int:
    for pattern in table_commands.compare_file(given.input, given.spec, given.package):
        say(str(pattern))
    return DONE


def table_audit(given: Namespace) -> int:
    found = table_commands.audit_file(
        given.input, given.spec, given.out, given.witnesses
    )
    say(str(found))
    return AUDIT_FAILED if found.exposed else DONE


def table_verify(given: Namespace) -> int:
    found = table_commands.verify_file(given.input, given.spec, given.witnesses)
    return say(str(found))


# --- what commands share -------------------------------------------------------------


def _period(given: Namespace) -> Period:
    period = Period.of(opened(given), given.period)
    year = getattr(given, "regions_of", None)
    return period if year is None else period.in_regions_of(year)


@contextmanager
def _asked() -> Iterator[None]:
    """What cannot be made as asked is for whoever asked it."""
    try:
        yield
    except RuleError as error:
        raise UsageError(str(error)) from None


def _room(folder: Folder) -> int:
    for name, value in summary_of(folder).items():
        say(f"{name}: {value}")
    return say(f"in {folder.path}")


def _known(found: Mapping[str, Known], code: str) -> Known:
    if code not in found:
        raise UsageError(f"{code} is not known; there are {', '.join(found)}")
    return found[code]
