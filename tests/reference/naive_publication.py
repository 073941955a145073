"""The naive twin of what is shown: hidden, rounded, per 1 000."""

from rules.disclosure import DisclosurePolicy, RoundingMethod, Zeros


def is_sensitive(value: int, policy: DisclosurePolicy) -> bool:
    """Een aantal in het geheime bereik; een nul niet, als nullen worden getoond."""
    if policy.hide is None or (value == 0 and policy.zeros is Zeros.PUBLISH):
        return False
    low, high = policy.hide
    return low <= value <= high


def protect_shown(value: int, policy: DisclosurePolicy) -> int | None:
    """Geheim, of afgerond op het dichtstbijzijnde veelvoud; de helft naar boven."""
    if is_sensitive(value, policy):
        return None
    if policy.rounding.method is RoundingMethod.NONE:
        return value
    if policy.rounding.method is RoundingMethod.CONVENTIONAL:
        base = policy.rounding.base
        return (2 * value + base) // (2 * base) * base
    raise ValueError(f"{policy.rounding.method.value} rounding has no single outcome")


def rate(published: int | None, denominator: int) -> int | None:
    """Per 1 000, uit het afgeronde aantal en de noemer van 1 januari; de helft naar
    boven. Geheim bij een geheim aantal, en waar niemand woont."""
    if published is None or denominator == 0:
        return None
    return (2 * 1000 * published + denominator) // (2 * denominator)
