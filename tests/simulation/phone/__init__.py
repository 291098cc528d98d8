"""The phone: what pwa/src/store and pwa/src/sync do, file by file and name by name, without a browser."""
