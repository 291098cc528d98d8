"""Records: revisions, conflicts, quarantine; the SQL store of the sync engine and the sync endpoint."""
