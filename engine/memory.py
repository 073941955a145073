"""What the operating system may keep of this process: no core dump, on Linux.

Keys and microdata are in memory while a command runs. A dump would lie unencrypted
wherever the machine keeps its dumps; a debugger of the same user would read along.
"""

import ctypes
import sys


_SET_DUMPABLE = 4
"""`PR_SET_DUMPABLE` of prctl(2): also holds where dumps go to a program."""


def stays_here() -> None:
    """Nothing of the memory of this process is dumped or read by a debugger."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0)
