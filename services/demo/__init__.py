"""Demonstration region: an invented Chengdu whose houses speak HL7 v2 to the platform.

`region.build(seed, until)` is pure and deterministic; `load.load(…)` sends it through the MLLP listener.
Everything in it is synthetic and labelled HTEST.
"""
