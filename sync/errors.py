"""What can go wrong in the engine, by whose fault it is."""


class SyncError(Exception):
    """Base of the engine's errors: each is a mistake of the program that calls it, never of a device."""


class UnknownPolicy(SyncError):
    """A form names a merge policy that does not exist; the forms' compiler should have refused it."""


class StoreBroken(SyncError):
    """A store broke one of the promises of `sync.store`."""
