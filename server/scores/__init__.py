"""The scoring table: what units of a campaign get points for, in three columns, each change with its reason."""
