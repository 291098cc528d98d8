"""Reports: what leaves the landing as files."""
