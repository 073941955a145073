"""What is part of what along a dimension, over several trees and several tables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.classification import Dimension


@dataclass(frozen=True, slots=True)
class Family:
    """The codes of one dimension of several tables: of each its parts and wholes."""

    parts: Mapping[str, Sequence[str]]
    wholes: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, dimensions: Iterable[Dimension]) -> "Family":
        """Of all trees of these dimensions, larger ones first."""
        parts: dict[str, dict[str, None]] = {}
        wholes: dict[str, dict[str, None]] = {}
        for tree in (tree for each in dimensions for tree in each.hierarchies):
            for part, whole in tree.parents.items():
                parts.setdefault(whole, {})[part] = None
                wholes.setdefault(part, {})[whole] = None
        return cls(
            {whole: list(each) for whole, each in parts.items()},
            {part: list(each) for part, each in wholes.items()},
        )

    def downward(self, total: str) -> Iterator[str]:
        """All that has parts, after all that it is a part of itself."""
        left = {code: len(wholes) for code, wholes in self.wholes.items()}
        ready = [total]
        for code in ready:
            if code in self.parts:
                yield code
            for part in self.parts.get(code, []):
                left[part] -= 1
                if not left[part]:
                    ready.append(part)

    def above(self, code: str, height: int) -> set[str]:
        """What the code is part of, so many steps higher or at the top."""
        found = {code}
        for _ in range(height):
            found = {whole for each in found for whole in self.wholes.get(each, [each])}
        return found

    def all_above(self, code: str) -> list[str]:
        return _reached(code, self.wholes)[1:]

    def all_below(self, code: str) -> list[str]:
        """The code, and all that are its parts, their parts and so on."""
        return _reached(code, self.parts)


def _reached(code: str, steps: Mapping[str, Sequence[str]]) -> list[str]:
    found = {code: None}
    left = [code]
    for each in left:
        new = [one for one in steps.get(each, []) if one not in found]
        found.update(dict.fromkeys(new))
        left += new
    return left
