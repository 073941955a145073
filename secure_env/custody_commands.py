"""What keeps an environment: its people, keys, journal, releases and what is forgotten.

A function here has the name of its command, as in `secure_env.commands`.
"""

from argparse import Namespace

from rules.duties import Act, Role
from secure_env import environment, inspection, keys, register, retention
from secure_env.asked import DONE, opened, say


def appoint(given: Namespace) -> int:
    environment.appoint(opened(given), given.name, Role(given.role))
    return say(f"{given.name}: {given.role}")


def purge(given: Namespace) -> int:
    folders = retention.purge(opened(given), str(given.period))
    return say(
        f"{given.period}: {folders} folders with persons and their keys destroyed"
    )


def keys_rotate(given: Namespace) -> int:
    inside = opened(given)
    inside.deed(Act.ROTATE, "store key changed", {}).write()
    return say(f"the store key is {inside.store.keys.rotate()} now")


def keys_protect(given: Namespace) -> int:
    path = environment.key_file(opened(given), given.name)
    keys.protect(path, keys.new_passphrase(given.name), owner=given.name)
    return say(f"the key of {given.name} has another passphrase")


def journal_verify(given: Namespace) -> int:
    return say(inspection.inspect(opened(given), given.beside))


def journal_show(given: Namespace) -> int:
    for entry in opened(given).journal.entries():
        say(str(entry))
    return DONE


def releases(given: Namespace) -> int:
    inside = opened(given)
    for one in register.releases(inside):
        say(str(one))
    if given.to is not None:
        register.write_register(inside, given.to)
    return DONE


def withdraw_release(given: Namespace) -> int:
    return say(
        str(register.withdraw_release(opened(given), given.number, given.reason))
    )
