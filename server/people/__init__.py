"""People: who they are, what they may do where, and the phones they do it with."""
