"""The words of the screens in three languages."""

from __future__ import annotations

import tomllib
from functools import cached_property
from importlib.resources import files
from typing import Any

from kiosk.identity.digits import render, script_of

LANGUAGES = ("fa", "tr", "en")


class Catalogue:
    """All words of one language, by dotted key such as ``guidance.come_closer``."""

    def __init__(self, language: str) -> None:
        """Take one of ``LANGUAGES``."""
        self.language = language

    @property
    def right_to_left(self) -> bool:
        """Tell the direction of writing."""
        return self.language == "fa"

    @cached_property
    def words(self) -> dict[str, str]:
        """Give everything, flat."""
        source = files("kiosk.ui") / "i18n" / f"{self.language}.toml"
        return dict(_flat("", tomllib.loads(source.read_text(encoding="utf-8"))))

    def __call__(self, key: str, **values: object) -> str:
        """Give the words of a key with values filled in; an unknown key shows itself, so that it is seen and mended."""
        text = self.words.get(key, key)
        return text.format(**{name: self.digits(str(value)) for name, value in values.items()}) if values else text

    def value(self, text: str) -> str:
        """Give a fact's value: the words of a key, or the text, its digits in this language's but beside Latin letters."""
        words = self.words.get(text, text)
        latin = any(character.isascii() and character.isalpha() for character in words)
        return words if latin else self.digits(words)

    def digits(self, text: str) -> str:
        """Give a text with this language's digits."""
        return render(text, script_of(self.language))


def _flat(prefix: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [item for key, part in value.items() for item in _flat(f"{prefix}.{key}" if prefix else key, part)]
    return [(prefix, str(value))]
