"""The error of a reader that is not there."""

from __future__ import annotations

from kiosk.errors import SettingsInvalid


class ReaderMissing(SettingsInvalid):
    """The wanted reader of print is not installed."""

    code = "READER_MISSING"
    hint = "install the reader, or leave it out of the settings"
