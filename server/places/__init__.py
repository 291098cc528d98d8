"""Places: the effective-dated tree of units."""
