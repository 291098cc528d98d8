"""What can be wrong with a form's source while it is compiled."""

from __future__ import annotations

from server.forms.remarks import Said


class ExpressionError(Exception):
    """The expression can't be used; `said` tells what was found and what to write instead."""

    def __init__(self, said: Said) -> None:
        super().__init__(said)
        self.said = said


class SourceError(Exception):
    """A part of the form, or a file beside it, can't be used; `said` tells what was found and what to write.

    `column` is the column of the sheet that it is written in, where that is known.
    """

    def __init__(self, said: Said, column: str = "") -> None:
        super().__init__(said)
        self.said = said
        self.column = column
