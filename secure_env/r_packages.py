"""What packages of R make of a table or a file, where R is there: to compare with.

Runs `r/packages.R` in memory: in an Rscript that gets everything through a pipe, or,
where there is none, in this process by the extra `gmsd[r]` (rpy2). No file is written,
so that microdata stay where they are. What R says when it fails is not passed on.
"""

import importlib.util
import io
import shutil
import subprocess
from importlib.resources import files

import pyarrow as pa
import pyarrow.csv as pv

from secure_env.errors import UsageError


_NO_PACKAGE = "no-package:"
_END = "\f"
"""Stands between the texts in the pipe: no table of ours has a form feed."""
_CALL = f"""
given <- readLines(file("stdin"), warn = FALSE)
parts <- split(given, cumsum(given == "{_END}"))
texts <- lapply(parts, function(part) paste(part[part != "{_END}"], collapse = "\\n"))
cat(do.call(texts[[1]], unname(texts[-1])))
"""


def asked(package: str, *texts: str) -> pa.Table:
    """What the function of `packages.R` that has the package's name answers.

    A column of texts per column. UsageError where R or the package is not there, or
    where R fails.
    """
    code = (files("secure_env") / "r" / "packages.R").read_text("utf-8")
    if program := shutil.which("Rscript"):
        answer = _by_rscript(program, code, package, texts)
    elif importlib.util.find_spec("rpy2"):
        answer = _by_rpy2(code, package, texts)
    else:
        raise UsageError(
            f"R is not there, so that {package} cannot be asked: install R, so that "
            "Rscript is found, or gmsd[r]; nothing else of gmsd needs it"
        )
    table = pv.read_csv(io.BytesIO(answer.encode()))
    texts_only = pa.schema([(name, pa.string()) for name in table.column_names])
    return table.cast(texts_only)


def _by_rpy2(code: str, package: str, texts: tuple[str, ...]) -> str:
    from rpy2 import rinterface_lib, robjects

    robjects.r(code)
    try:
        (answer,) = robjects.globalenv[package](*texts)
    except rinterface_lib.embedded.RRuntimeError as error:
        raise _failed(package, str(error)) from None
    return str(answer)


def _by_rscript(program: str, code: str, package: str, texts: tuple[str, ...]) -> str:
    done = subprocess.run(  # noqa: S603  our own text, and no shell
        [program, "--vanilla", "-e", code + _CALL],
        input=f"\n{_END}\n".join([package, *texts]),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise _failed(package, done.stderr)
    return done.stdout


def _failed(package: str, said: str) -> UsageError:
    """What R said may hold values of records: only a missing package is told of it."""
    if _NO_PACKAGE in said:
        missing = said.partition(_NO_PACKAGE)[2].split()[0]
        return UsageError(
            f"the R package {missing} is not installed; in R: "
            f'install.packages("{missing}")'
        )
    return UsageError(
        f"the R package {package} stopped with an error; nothing is compared. Try a "
        "smaller table, or another version of the package"
    )
