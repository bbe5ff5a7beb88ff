"""Measurements of what is fast, as ratios within one run; see README.md."""
