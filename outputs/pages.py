"""HTML pages that need nothing else: one file, no server, no network, escaped text."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from outputs.figure_data import printed
from outputs.symbols import dutch_number


TEMPLATES = Path(__file__).parent / "templates"


def page(template: str, /, **content: object) -> str:
    """A template filled; whatever comes from data is escaped."""
    return _templates().get_template(template).render(**content)


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"number": dutch_number, "printed": printed, "percent": _percent}
    made.globals["style"] = (TEMPLATES / "style.css").read_text("utf-8")
    return made


def _percent(share: float) -> str:
    """0.1234 -> 12,3 %."""
    return f"{100 * share:.1f} %".replace(".", ",")
