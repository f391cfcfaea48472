"""Measurements against a floor taken in the same run: `python -m benchmarks [--only NAME]`.

Every module of this folder that has a `run() -> list[Row]` is a benchmark.
"""
