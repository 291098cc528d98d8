"""The sync engine: pure Python, standard library only. No clock, no randomness, no I/O, no globals.

Read `mutation` for what a device may ask, `engine` for what becomes of it (with `edits`, `conflicts` and `reviews`),
`merge` for how two edits meet, `feed` for how a device catches up, `store` for what a database must promise, and
`forms` for what must be known of forms.
"""
