"""What commands share: the environment that was asked for, and what is said of it."""

import sys
from argparse import Namespace

from secure_env.environment import Environment, open_environment


DONE = 0


def opened(given: Namespace) -> Environment:
    """The environment, with who acts in it where that was said."""
    return open_environment(given.env, getattr(given, "acting", None))


def say(text: str) -> int:
    """Say what came of a command; gives the exit code of one that is done."""
    sys.stdout.write(f"{text}\n")
    return DONE
