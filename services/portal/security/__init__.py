"""Security lines: what is promised, what holds it, which tests show it, how it stands on this platform.

GB/T 22239-2019 level 3, GB/T 39786-2021, PIPL and others, as lines.yaml numbers them. A new line: its row
there, and a check in `checks.py` where a running platform can tell.
"""
