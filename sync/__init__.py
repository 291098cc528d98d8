"""The sync engine: pure Python, standard library only. No clock, no randomness, no I/O, no globals.

Read `mutation` for what a device may ask, `engine` for what becomes of it, `merge` for how two edits meet,
`feed` for how a device catches up, and `store` for what a database must promise.
"""
