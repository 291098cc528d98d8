"""The Flask application: one folder a noun, wired together in `server.app`."""
