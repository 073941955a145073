"""Who does what: one role per person, one role per act.

Nobody has two roles, so that whoever takes in the data (and keeps the pseudonym key)
does not make figures, whoever makes them does not clear them, whoever clears them does
not let them out, and whoever keeps the keys does none of these.
"""

from collections.abc import Mapping
from enum import Enum


class Role(Enum):
    """What a person is in an environment; each has one."""

    INTAKE = "intake"
    """Takes in deliveries, and is the only one who needs the pseudonym key."""
    STATISTICIAN = "statistician"
    """Makes the figures, from linking to the candidate."""
    CHECKER = "checker"
    """Votes on candidates that others made."""
    PUBLISHER = "publisher"
    """Opens the votes, releases what two checkers cleared, and withdraws it."""
    ADMINISTRATOR = "administrator"
    """Says who has which role; changes and destroys keys."""
    FORMER = "former"
    """Had a role once; what was signed then can still be verified."""


class Act(Enum):
    """What a person does that changes an environment or leaves it."""

    RECEIVE = "take in deliveries"
    MAKE = "link, tabulate, protect and audit"
    VOTE = "vote on a candidate"
    RELEASE = "open the votes and release"
    WITHDRAW = "withdraw a release"
    APPOINT = "appoint and dismiss people"
    ROTATE = "change the store key"
    PURGE = "forget the persons of a period"


DUTIES: Mapping[Act, Role] = {
    Act.RECEIVE: Role.INTAKE,
    Act.MAKE: Role.STATISTICIAN,
    Act.VOTE: Role.CHECKER,
    Act.RELEASE: Role.PUBLISHER,
    Act.WITHDRAW: Role.PUBLISHER,
    Act.APPOINT: Role.ADMINISTRATOR,
    Act.ROTATE: Role.ADMINISTRATOR,
    Act.PURGE: Role.ADMINISTRATOR,
}
"""The role that an act belongs to; nobody of another role does it."""

CHECKERS_NEEDED = 2
"""So many have to approve, and none of them may have had a hand in the figures."""
