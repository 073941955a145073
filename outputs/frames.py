"""A release folder -> tidy pandas frames, for notebooks. The only place with pandas.

release = read_release("release")
release["wmo_type"].query("region_code == 'GM0344'")
release.plot("1.6", "GM0344")
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from outputs.errors import ReleaseRefused
from outputs.figure import declared
from outputs.figure_data import alt_text, figure_of, nederland
from outputs.figure_svg import figure_svg
from outputs.levensweg import course_of, exits_of
from outputs.parquet import arrow_table
from outputs.published import PublishedRelease, ReleasedTable, read_published
from outputs.released import Publication


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure that a notebook shows, and the same in words."""

    svg: bytes
    text: str

    def _repr_svg_(self) -> str:
        return self.svg.decode()


class ReleasedFrames(dict[str, pd.DataFrame]):
    """Table -> its cells, one per row.

    `value` is Int64 and missing where hidden; codes are categories in the order of
    their classification, regions in the order of the file.
    """

    def __init__(self, release: PublishedRelease) -> None:
        super().__init__({table.code: _frame(table) for table in release.tables})
        self._publication = Publication(release)

    def course(self, cohort: str) -> pd.DataFrame:
        """What became of a start group (`levensweg_2015`), by region and half-year.

        Percentages still using, also by type of household, and survival with its 95 %
        interval; made of the published counts, missing where a hidden one is needed.
        """
        table = f"{cohort}_startgroep"
        if table not in self:
            raise ReleaseRefused(
                f"there is no {table} in this release; give a release of the cohort"
            )
        return pd.DataFrame(course_of(self[table].to_dict("records")))

    def exits(self, cohort: str) -> pd.DataFrame:
        """For how long a start group (`levensweg_2015`) uses, by household and law.

        Kaplan-Meier with its 95 % interval by region, group and half-year, up to the
        first published count that is missing.
        """
        table = f"{cohort}_uitstroom"
        if table not in self:
            raise ReleaseRefused(
                f"there is no {table} in this release; give a release of the cohort"
            )
        return pd.DataFrame(exits_of(self[table].to_dict("records")))

    def plot(self, figure: str, gemeente: str) -> Picture:
        """A standard figure of a gemeente, where needed beside Nederland.

        The figures are those of the municipal report; ReleaseRefused when this release
        has not the table for it, or not the gemeente.
        """
        drawn = {one.code: one for one in declared().among(self._publication.texts)}
        if figure not in drawn:
            raise ReleaseRefused(
                f"figure {figure} cannot be made of this release; there are "
                f"{', '.join(drawn) or 'none'}"
            )
        reference = nederland(self._publication)
        data = figure_of(drawn[figure], [self._publication], gemeente, reference)
        return Picture(figure_svg(data), alt_text(data))


def read_release(folder: Path | str, public_key: Path | None = None) -> ReleasedFrames:
    """The tables of a release, after `verify` has found the folder whole."""
    return ReleasedFrames(read_published(Path(folder), public_key))


def _frame(table: ReleasedTable) -> pd.DataFrame:
    whole_numbers = {pa.int64(): pd.Int64Dtype()}
    frame: pd.DataFrame = arrow_table(table).to_pandas(types_mapper=whole_numbers.get)
    return frame
