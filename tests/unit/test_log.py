"""What a running step says: how far it is."""

import io
import sys

from secure_env.log import Bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_there_is_one_bar_that_fills(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    bar = Bar("reports", 4)
    for _ in range(4):
        bar.step()
    said = sys.stderr.getvalue().split("\r")[1:]
    assert said[0] == f"[{'#' * 10}{' ' * 30}] reports: 1 of 4"
    assert said[3] == f"[{'#' * 40}] reports: 4 of 4\n"


def test_elsewhere_there_are_plain_lines_and_always_the_last(monkeypatch, capsys):
    bar = Bar("reports", 3)
    bar.step()
    monkeypatch.setattr(Bar, "SECONDS_BETWEEN_LINES", 0.0)
    bar.step()
    monkeypatch.setattr(Bar, "SECONDS_BETWEEN_LINES", 60.0)
    bar.step()
    assert capsys.readouterr().err == "reports: 2 of 3\nreports: 3 of 3\n"
