"""Fuzzers, one per parser; each states its invariant first. Run: `python -m tests.fuzz.fuzz_NAME [SECONDS]`."""
