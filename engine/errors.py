"""What can go wrong between linked microdata and audited tables."""
# named for what happened, as people say it


class EngineError(Exception):
    """Something the engine was given cannot be used as it is."""


class NotProtectable(EngineError):
    """No choice of hidden cells can protect the table under its policy."""


class Contradiction(NotProtectable):
    """A table that no whole numbers can satisfy: margins contradict their parts."""


class AuditFailed(EngineError):
    """The published view gives a protected cell away."""


class WrongShape(EngineError):
    """A table without the columns, types or values that its room promises."""


class QueryError(EngineError):
    """A query that is not filled as its file asks."""
