"""Reviews: what waits for a supervisor, and who is told what became of a record."""
