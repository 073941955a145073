"""What is published and how it is protected: words, data, types.

Imports nothing of ours.
"""

from rules.catalogue import Catalogue
from rules.catalogue import load as load_catalogue
from rules.classification import Dimension
from rules.disclosure import DisclosurePolicy
from rules.errors import RuleError
from rules.indicator import Indicator, TableSpec
from rules.period import HalfYear


__all__ = [
    "Catalogue",
    "Dimension",
    "DisclosurePolicy",
    "HalfYear",
    "Indicator",
    "RuleError",
    "TableSpec",
    "load_catalogue",
]
