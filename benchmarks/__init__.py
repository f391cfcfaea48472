"""Measurements against a floor taken in the same run: `python -m benchmarks [--quick|--long] [--only NAME]`.

Every module of this folder that has a `run(plan) -> list[Row]` is a benchmark.
"""
