"""Faults, many times over: `python -m tests.integration.faults --runs 300`."""
