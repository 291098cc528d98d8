"""Milestones: what a campaign reaches, once a place and period, and takes back when a correction undoes it."""
