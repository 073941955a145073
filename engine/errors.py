"""What can go wrong between linked microdata and audited tables."""


class EngineError(Exception):
    """Something the engine was given cannot be used as it is."""


class NotProtectable(EngineError):
    """No choice of hidden cells can protect the table under its policy."""


class Contradiction(NotProtectable):
    """A table that no whole numbers can satisfy: margins that contradict their parts."""


class AuditFailed(EngineError):
    """The published view gives a protected cell away."""
