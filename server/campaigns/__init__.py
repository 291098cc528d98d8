"""Campaigns: a plan, its windows, its places, its baselines."""
