"""What was made, and what makes making it safe to repeat.

Files appear under their own names only when all of them are made; a receipt then says
from which settings.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rules.errors import RuleError
from rules.period import HalfYear


_VERSION = 4
"""Raised when the same settings give other files than before."""


@dataclass(frozen=True, slots=True)
class SyntheticCountry:
    """What was made: the files of each source, how many of what, and the dirt."""

    folder: Path
    period: HalfYear
    persons: int
    """Everybody in the registers."""
    inhabitants: int
    """On 1 January."""
    households: int
    """Private ones on 1 January."""
    gemeenten: int
    files: Mapping[str, tuple[Path, ...]]
    """Per source; `redelivered` has the Wmo files for the half-year before."""
    dirt: Mapping[str, Mapping[str, int]]
    """Per source and kind; the kinds are those of `dirt.Dirt`."""


@dataclass(frozen=True, slots=True)
class Made:
    """A country whose files have no place yet: their names, relative to any folder."""

    persons: int
    inhabitants: int
    households: int
    gemeenten: int
    files: Mapping[str, list[str]]
    dirt: Mapping[str, Mapping[str, int]]

    def at(self, folder: Path, period: HalfYear) -> SyntheticCountry:
        return SyntheticCountry(
            folder,
            period,
            self.persons,
            self.inhabitants,
            self.households,
            self.gemeenten,
            {
                source: tuple(folder / name for name in names)
                for source, names in self.files.items()
            },
            self.dirt,
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """From which settings the files of a folder were made."""

    folder: Path
    period: HalfYear
    settings: Mapping[str, str]

    @staticmethod
    def of(
        folder: Path,
        period: HalfYear,
        numbers: tuple[int | None, int, int | None],
        maps: tuple[Path | None, Path | None],
    ) -> "Receipt":
        """`numbers` are persons, seed and later year; `maps` regions and provinces."""
        settings = {
            "version": str(_VERSION),
            "persons": str(numbers[0]),
            "seed": str(numbers[1]),
            "regions": _digest(maps[0]),
            "provinces": _digest(maps[1]),
        }
        if numbers[2] is not None:
            settings["regions_of"] = str(numbers[2])
        return Receipt(folder, period, settings)

    def made(self) -> Made | None:
        """What was made from these settings before, None when nothing was.

        A folder with other files for this period is not ours to write in.
        """
        if self._file.exists():
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            if kept["settings"] != self.settings:
                raise RuleError(
                    f"{self.folder} holds a synthetic country of other settings for "
                    f"{self.period}; give another folder"
                )
            return Made(**kept["made"])
        foreign = len(list(self.folder.glob(f"*_{self.period}.*")))
        if foreign and not self._making.exists():
            raise RuleError(
                f"{self.folder} holds {foreign} deliveries for {self.period} that were "
                "not made here; give another folder"
            )
        return None

    @contextmanager
    def making(self) -> Iterator[Path]:
        """A folder to write in; what is left of an interrupted one goes first."""
        if self._making.exists():
            shutil.rmtree(self._making)
        self._making.mkdir(parents=True)
        yield self._making

    def close(self, made: Made) -> None:
        """Moves the files to their places and keeps what was made."""
        for file in sorted(self._making.rglob("*")):
            place = self.folder / file.relative_to(self._making)
            if file.is_dir():
                place.mkdir(exist_ok=True)
            else:
                file.replace(place)
        kept = {
            "settings": self.settings,
            "made": {name: getattr(made, name) for name in Made.__slots__},
        }
        text = json.dumps(kept, indent=1, sort_keys=True) + "\n"
        self._file.write_text(text, encoding="utf-8")
        shutil.rmtree(self._making)

    @property
    def _file(self) -> Path:
        return self.folder / f".synthetic-{self.period}.json"

    @property
    def _making(self) -> Path:
        return self.folder / f".making-{self.period}"


def _digest(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise RuleError(f"{file} cannot be read; give a file that can") from error
