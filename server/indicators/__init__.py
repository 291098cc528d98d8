"""Indicators: what the approved records of a campaign add up to, by place, against target and baseline."""
