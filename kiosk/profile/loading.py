"""Reading profiles: the shipped ones by name, an organisation's own by path. Consent texts are filled in here."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kiosk.errors import ProfileInvalid
from kiosk.profile.format import ConsentText, Profile

DEFAULT_PROFILE = "demo"
_UNITS = {
    "en": ("year", "years", "day", "days"),
    "tr": ("yıl", "yıl", "gün", "gün"),
    "fa": ("سال", "سال", "روز", "روز"),
}
_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_MARK = "{retention}"


def shipped_profiles() -> tuple[str, ...]:
    """Give the names of the profiles that come with the kiosk, in alphabetical order."""
    folder = files("kiosk.profile") / "shipped"
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


def load_profile(name_or_path: str = DEFAULT_PROFILE) -> Profile:
    """Give a shipped profile by its name, or one of a TOML file by its path; consent texts are filled in.

    Raises ``ProfileInvalid`` with one line that names the field and the reason.
    """
    if name_or_path in shipped_profiles():
        text = (files("kiosk.profile") / "shipped" / f"{name_or_path}.toml").read_text(encoding="utf-8")
        return read_profile(text, name_or_path)
    path = Path(name_or_path)
    if not path.is_file():
        raise ProfileInvalid(f"no profile {name_or_path!r}: neither a file nor one of {', '.join(shipped_profiles())}")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileInvalid(f"{path.name} cannot be read: {error}") from error
    return read_profile(text, path.name)


def read_profile(text: str, origin: str) -> Profile:
    """Give the profile that a TOML text describes; ``origin`` names it in the error ``ProfileInvalid``."""
    try:
        raw: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileInvalid(f"{origin} is not TOML: {error}") from error
    try:
        profile = Profile.model_validate(raw)
    except ValidationError as error:
        raise ProfileInvalid(f"{origin}: {_first_line(error)}") from error
    texts = tuple(
        _with_retention(profile.consent_text(language) or shipped_consent_text(language), profile.retention.days)
        for language in profile.languages
    )
    return profile.model_copy(update={"consent_texts": texts})


def shipped_consent_text(language: str) -> ConsentText:
    """Give the consent text that comes with the kiosk; ``{retention}`` in it stands for the time of keeping."""
    source = files("kiosk.profile") / "texts" / f"consent.{language}.toml"
    return ConsentText.model_validate(tomllib.loads(source.read_text(encoding="utf-8")))


def duration_in_words(days: int, language: str) -> str:
    """Give a time of keeping in a language, in its digits: whole years as years, else days."""
    year, years, day, several = _UNITS[language]
    count, one, more = (days // 365, year, years) if days and days % 365 == 0 else (days, day, several)
    number = str(count).translate(_PERSIAN) if language == "fa" else str(count)
    return f"{number} {one if count == 1 else more}"


def _with_retention(text: ConsentText, days: int) -> ConsentText:
    words = duration_in_words(days, text.language)
    return text.model_copy(update={"paragraphs": tuple(line.replace(_MARK, words) for line in text.paragraphs)})


def _first_line(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    reason = " ".join(first["msg"].removeprefix("Value error, ").split())
    more = error.error_count() - 1
    return (f"{place}: " if place else "") + reason + (f" (and {more} more)" if more else "")
