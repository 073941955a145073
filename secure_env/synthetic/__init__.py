"""A synthetic country: every delivery and register, dirty where real ones are."""

from secure_env.synthetic.country import synthesise
from secure_env.synthetic.receipt import SyntheticCountry


__all__ = ["SyntheticCountry", "synthesise"]
