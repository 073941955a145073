"""What goes wrong in the secure environment, split by who must act on it."""
# named for what happened, as people say it


class GmsdError(Exception):
    """One sentence for a person: what, how many, which rule, what to do."""

    exit_code = 1


class UsageError(GmsdError):
    """Asked for something that cannot be asked so: whoever typed it."""

    exit_code = 2


class DeliveryRejected(GmsdError):
    """A delivery that was refused: its supplier."""

    exit_code = 10


class NotCleared(GmsdError):
    """A release without the votes it needs: the checkers."""

    exit_code = 14


class NotInside(GmsdError):
    """An environment, key, store or journal not to be trusted: its administrator."""

    exit_code = 15
