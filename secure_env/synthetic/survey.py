"""What some clients of a gemeente answer to the yearly survey of the Wmo."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from secure_env.synthetic.arrays import Ints
from secure_env.synthetic.dirt import Ground
from secure_env.synthetic.identity import digits


QUESTIONS = (
    "Weet_waar_terecht", "Snel_geholpen", "Goede_kwaliteit", "Past_bij_hulpvraag",
    "Doen_wat_ik_wil", "Beter_redden", "Betere_kwaliteit_leven",
)  # fmt: skip
_ASKED = 1_500
"""So many clients at most are sent the questionnaire."""
_ANSWER = 0.35
"""The share of those that send it back (Sociaal Planbureau Groningen, CEO 2017)."""
_LEFT_OPEN = 0.04

# How satisfied one must be for each answer from fully disagrees to fully agrees.
_STEPS = (-1.9, -1.4, -0.6, 0.7)
_HARDER = np.array([0.1, 0.3, -0.1, -0.1, 0.1, 0.0, 0.2])
_PERSON, _MOMENT, _GEMEENTE = 0.8, 0.6, 0.15
_FULLY_AGREES = 1


def survey_table(clients: Ints, *, gemeente: str, ground: Ground) -> pa.Table:
    """A record for each of these clients that answers, in an order of its own.

    Numbers count from one, so that they say nothing about persons.
    """
    random = ground.random
    asked = min(len(np.unique(clients)), _ASKED)
    size = int(random.binomial(asked, _ANSWER))
    liking = random.normal(random.normal(0, _GEMEENTE), _PERSON, (size, 1))
    liking = liking + random.normal(0, _MOMENT, (size, len(QUESTIONS))) - _HARDER
    answers = _FULLY_AGREES + len(_STEPS) - np.digitize(liking, _STEPS)
    left_open = random.random(answers.shape) < _LEFT_OPEN
    given = {
        question: pc.if_else(
            pa.array(left_open[:, at]), None, digits(answers[:, at], 1)
        )
        for at, question in enumerate(QUESTIONS)
    }
    return pa.table(
        {
            "Gemeentecode": pa.repeat(gemeente, size),
            "Respondentnummer": digits(np.arange(1, size + 1), 5),
            **given,
        }
    )
