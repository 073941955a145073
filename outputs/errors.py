"""Why something did not leave, or should not be believed after it left."""

from collections.abc import Sequence


class NotCleared(Exception):
    """The votes do not add up to a clearance; for the checkers to act on."""

    exit_code = 14


class ReleaseRefused(Exception):
    """Something that may not leave, or not to this place; for the statistician."""

    exit_code = 15


class VerificationFailed(Exception):
    """A release folder that is not what was released; every finding is one sentence."""

    exit_code = 13

    def __init__(self, folder: str, findings: Sequence[str]) -> None:
        self.findings = tuple(findings)
        problems = "1 problem" if len(findings) == 1 else f"{len(findings)} problems"
        super().__init__(
            f"{folder}: {problems}; do not use this release and ask for it again.\n"
            + "\n".join(findings)
        )
