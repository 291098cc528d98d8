"""What can be wrong with a form's source while it is compiled."""

from __future__ import annotations


class ExpressionError(Exception):
    """The expression can't be used; the message says what was found and what to write instead."""


class SourceError(Exception):
    """A part of the form, or a file beside it, can't be used; the message says what was found and what to write.

    `column` is the column of the sheet that it is written in, where that is known.
    """

    def __init__(self, message: str, column: str = "") -> None:
        super().__init__(message)
        self.column = column
