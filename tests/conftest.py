"""How thoroughly Hypothesis looks.

`HYPOTHESIS_PROFILE=nightly` looks at fifty times as many examples, each time others.
"""

import os

from hypothesis import HealthCheck, settings


pytest_plugins = ["tests.support.stages"]

settings.register_profile(
    "ci",
    max_examples=200,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "nightly", settings.get_profile("ci"), max_examples=10_000, derandomize=False
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
