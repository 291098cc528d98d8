"""Commands: `flask campaign`, `flask people`, `flask worker`."""

from flask import Flask


def register(app: Flask) -> None:
    """Adds the commands to the application."""
