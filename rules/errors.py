"""What goes wrong in the rules themselves."""


class RuleError(Exception):
    """A rule, catalogue entry or specification that cannot be used as written."""
