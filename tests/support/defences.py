"""Every defence taken away, one at a time: the test that is named for it has to fail.

    python -m tests.support.defences

Prints a line per defence. What is taken away is a function or a constant; what must
fail is a test of docs/security.md.
"""

import contextlib
import importlib
import io
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from outputs.candidate import read_candidate


@dataclass(frozen=True, slots=True)
class Defence:
    """What is replaced (`module:name`), by what, and the test that then fails."""

    place: str
    instead: object
    test: str


def nothing(*_: object, **__: object) -> None:
    """Takes the place of a check."""


def gives(value: object) -> Callable[..., Any]:
    return lambda *_, **__: value


def _bare(path: Any, secret: bytes, _: object) -> None:
    importlib.import_module("secure_env.disk").write_new(path, secret)


UNIT = "tests/unit"
_NUMBERS = count()
DEFENCES: Mapping[str, Defence] = {
    "the number is replaced": Defence(
        "secure_env.pseudonym:_own_keys",
        lambda digests: importlib.import_module("pyarrow").array(
            ["S" + "0" * 32] * (len(digests) // 16)
        ),
        f"{UNIT}/test_pseudonym.py::test_another_environment_has_other_keys",
    ),
    "long numbers are struck out": Defence(
        "secure_env.log:_IDENTIFIER",
        SimpleNamespace(sub=lambda _, text: text),
        "tests/functional/test_nothing_leaks.py::test_progress_strikes_out_long_numbers",
    ),
    "earlier releases are read beside that of now": Defence(
        "secure_env.rounds:released_patterns",
        gives(()),
        "tests/functional/test_releases_together.py::"
        "test_a_gemeente_that_withdrew_is_not_the_difference_of_two_releases",
    ),
    "what laws between measures give away is looked for": Defence(
        "secure_env.auditing:all_given_away",
        gives({}),
        "tests/functional/test_measures_together.py::"
        "test_what_is_proposed_tells_no_more_together_than_measure_by_measure",
    ),
    "the database is closed": Defence(
        "engine.duckdb_database:CLOSED",
        ("temp_directory = ''",),
        f"{UNIT}/test_query.py::test_the_database_reaches_no_file_and_no_setting",
    ),
    "a table is named in its file": Defence(
        "secure_env.store:_full_name",
        gives("one name for all"),
        f"{UNIT}/test_store.py::test_a_table_replayed_with_its_wrapped_key_is_refused",
    ),
    "a run is named in its files": Defence(
        "secure_env.store:_full_name",
        lambda room, parts, digest, _, name: "/".join((room, *parts, digest, name)),
        f"{UNIT}/test_store.py::test_a_table_of_an_earlier_run_is_refused",
    ),
    "the journal knows every byte": Defence(
        "secure_env.store:Folder.verify",
        nothing,
        f"{UNIT}/test_store.py::"
        "test_a_table_that_a_holder_of_the_keys_wrote_anew_is_noticed",
    ),
    "a manifest is sealed": Defence(
        "secure_env.store:hmac.compare_digest",
        gives(True),
        f"{UNIT}/test_store.py::"
        "test_a_document_changed_together_with_the_manifest_is_refused",
    ),
    "a key is its owner's": Defence(
        "secure_env.keys:stat.S_IMODE",
        gives(0o600),
        f"{UNIT}/test_keys.py::test_a_key_that_others_can_reach_is_refused",
    ),
    "a key is under its passphrase": Defence(
        "secure_env.keys:write_secret",
        _bare,
        f"{UNIT}/test_keys.py::"
        "test_a_key_under_a_passphrase_opens_with_it_and_no_other",
    ),
    "a bare key is refused where passphrases are asked for": Defence(
        "secure_env.keys:_refuse_bare",
        nothing,
        f"{UNIT}/test_keys.py::"
        "test_where_passphrases_are_asked_for_a_bare_key_is_refused",
    ),
    "another pseudonym key is noticed": Defence(
        "secure_env.environment:identity_of",
        gives("0" * 16),
        f"{UNIT}/test_environment.py::test_another_pseudonym_key_is_refused",
    ),
    "memory stays in its process": Defence(
        "engine.memory:stays_here",
        nothing,
        f"{UNIT}/test_memory.py::test_a_command_cannot_be_dumped_or_debugged",
    ),
    "the old store key is destroyed": Defence(
        "secure_env.keyholders:InFile.keep_only",
        nothing,
        f"{UNIT}/test_period_keys.py::test_the_file_of_before_opens_nothing_any_more",
    ),
    "the keys of persons are destroyed": Defence(
        "secure_env.period_keys:PeriodKeys.destroy",
        nothing,
        f"{UNIT}/test_period_keys.py::test_a_destroyed_key_is_gone_from_every_copy",
    ),
    "a folder appears whole or not at all": Defence(
        "secure_env.store:shutil.rmtree",
        nothing,
        f"{UNIT}/test_store.py::test_a_failure_half_way_leaves_nothing",
    ),
    "a living writer keeps its draft": Defence(
        "secure_env.store:is_free",
        gives(True),
        f"{UNIT}/test_store.py::test_a_living_writer_is_left_alone",
    ),
    "a name leads nowhere else": Defence(
        "secure_env.store:_check_parts",
        nothing,
        f"{UNIT}/test_store.py::test_a_name_that_leads_elsewhere_is_refused",
    ),
    "a line comes before its folder": Defence(
        "secure_env.journal:Deed.write",
        gives(""),
        f"{UNIT}/test_store.py::test_the_journal_knows_a_folder_before_it_shows",
    ),
    "a line is its actor's": Defence(
        "secure_env.journal:Journal._verify_signature",
        nothing,
        f"{UNIT}/test_journal.py::test_a_forged_entry_of_another_person_is_noticed",
    ),
    "the head is kept apart": Defence(
        "secure_env.journal:Journal._verify_head",
        nothing,
        f"{UNIT}/test_journal.py::test_a_cut_tail_is_noticed",
    ),
    "a line is whole": Defence(
        "secure_env.journal:os.ftruncate",
        nothing,
        f"{UNIT}/test_journal.py::test_a_disk_that_fills_leaves_no_part_of_a_line",
    ),
    "settings are signed": Defence(
        "secure_env.settings:public_key",
        gives(SimpleNamespace(verify=nothing)),
        f"{UNIT}/test_environment.py::test_settings_that_were_edited_are_refused",
    ),
    "settings are those of the journal": Defence(
        "secure_env.environment:APPOINTING",
        ("initialised",),
        f"{UNIT}/test_environment.py::test_people_come_and_go",
    ),
    "an act is for its role": Defence(
        "secure_env.environment:Environment.actor",
        lambda self, _: self.acting or self.statistician,
        f"{UNIT}/test_environment.py::test_an_act_is_for_its_role_and_for_no_other",
    ),
    "nobody has two roles": Defence(
        "secure_env.environment:person_name",
        lambda name: f"{name}{next(_NUMBERS)}",
        f"{UNIT}/test_environment.py::test_one_person_in_two_roles_is_refused",
    ),
    "an author does not vote": Defence(
        "outputs.clearance:_may_vote",
        nothing,
        f"{UNIT}/test_clearance.py::test_a_vote_of_an_author_does_not_clear",
    ),
    "two have to approve": Defence(
        "outputs.clearance:CHECKERS_NEEDED",
        1,
        f"{UNIT}/test_clearance.py::test_one_checker_is_not_enough",
    ),
    "a vote is for these bytes": Defence(
        "outputs.clearance:votes_on",
        lambda _, votes: tuple(votes),
        f"{UNIT}/test_clearance.py::test_a_changed_byte_voids_the_votes",
    ),
    "a vote is blind": Defence(
        "outputs.sealed:AESGCM.encrypt",
        lambda *given: given[2],
        f"{UNIT}/test_sealed.py::test_nobody_else_can_read_it",
    ),
    "what leaves is what was voted on": Defence(
        "outputs.candidate:Candidate.read",
        lambda self, path: (self.folder / path).read_bytes(),
        f"{UNIT}/test_release.py::"
        "test_a_candidate_that_changed_after_clearance_does_not_leave",
    ),
    "the door checks the figures": Defence(
        "outputs.door:table_findings",
        gives([]),
        f"{UNIT}/test_release.py::test_the_door_stops_a_count_that_the_rules_forbid",
    ),
    "the door is asked before the journal": Defence(
        "secure_env.publish:_must_be_right",
        nothing,
        f"{UNIT}/test_publish.py::"
        "test_what_the_door_refuses_is_in_no_line_of_the_journal",
    ),
    "a vote is for what was read": Defence(
        "secure_env.publish:candidate_in",
        lambda folder: read_candidate(folder.path / "candidate"),
        f"{UNIT}/test_publish.py::"
        "test_a_candidate_that_is_not_what_was_stored_gets_no_vote",
    ),
    "a region code is no path and no markup": Defence(
        "outputs.tablerules:REGION_CODE",
        re.compile("(NL|PV|GM|WK).*"),
        f"{UNIT}/test_verify.py::test_a_wrong_region_is_found_even_when_signed",
    ),
    "the door looks for persons": Defence(
        "outputs.door:_person_findings",
        gives(()),
        f"{UNIT}/test_door.py::test_a_number_of_a_person_does_not_leave",
    ),
    "the door looks for opted-out gemeenten": Defence(
        "outputs.door:_opt_out_findings",
        gives(()),
        f"{UNIT}/test_door.py::test_a_region_that_does_not_publish_does_not_leave",
    ),
    "the door looks at the proof": Defence(
        "secure_env.proof:world_findings",
        gives(()),
        f"{UNIT}/test_proof.py::test_a_world_that_was_edited_is_found",
    ),
    "an edit outside is found": Defence(
        "outputs.verify:_file_findings",
        gives(()),
        f"{UNIT}/test_verify.py::test_a_flipped_byte_is_found",
    ),
    "who is alone in a cell reads too": Defence(
        "engine.protect:insiders",
        gives([]),
        "tests/functional/test_table_protect.py::"
        "test_who_is_alone_in_a_cell_learns_nothing_of_another",
    ),
    "a signature is somebody's": Defence(
        "outputs.verify:_signature_findings",
        gives(()),
        f"{UNIT}/test_verify.py::"
        "test_a_release_signed_anew_by_another_is_found_with_the_key",
    ),
    "a code is a code": Defence(
        "engine.query:_filled",
        lambda text, _, __: text,
        f"{UNIT}/test_query.py::test_plain_text_fills_no_hole",
    ),
    "a text stays a text": Defence(
        "outputs.formats:is_plain",
        gives(True),
        f"{UNIT}/test_formats.py::"
        "test_a_region_name_that_a_spreadsheet_would_run_is_refused",
    ),
}


def holds(defence: Defence, folder: Path) -> bool:
    """Whether the test passes. Like workers, all share the stages in the folder."""
    said = io.StringIO()
    options = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly"]
    options.append(f"--basetemp={folder}/popen-")
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = pytest.main([defence.test, *options])
    if code not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
        raise RuntimeError(f"{defence.test} did not run: {code}\n{said.getvalue()}")
    return code is pytest.ExitCode.OK


def holds_without(defence: Defence, folder: Path) -> bool:
    """Whether the test passes although the defence is gone."""
    module, name = defence.place.split(":")
    owner: Any = importlib.import_module(module)
    *path, last = name.split(".")
    for step in path:
        owner = getattr(owner, step)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, last, defence.instead)
        return holds(defence, folder)


def main() -> int:
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="defences-") as folder:
        for name, defence in DEFENCES.items():
            seen = not holds_without(defence, Path(folder))
            wrong += not seen
            verdict = "its test fails without it" if seen else "NOBODY MISSES IT"
            sys.stdout.write(f"{name}: {verdict}\n")
    sys.stdout.write(f"{len(DEFENCES)} defences taken away, {wrong} not missed\n")
    return min(wrong, 99)


if __name__ == "__main__":
    sys.exit(main())
