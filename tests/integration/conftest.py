from pathlib import Path

import pytest

from secure_env.environment import Environment
from tests.integration.faults.small import PARTS, save
from tests.support.deliveries import new_environment


@pytest.fixture
def inside(tmp_path: Path) -> Environment:
    """A small environment with one delivery, and nothing done with it."""
    made = new_environment(tmp_path / "env")
    save(made, PARTS)
    return made
