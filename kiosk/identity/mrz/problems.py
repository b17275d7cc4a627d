"""What is wrong with a zone beside its check digits: codes and dates that cannot be."""

from __future__ import annotations

from datetime import date

from kiosk.identity.mrz.characters import FILLER
from kiosk.identity.mrz.codes import known_issuer, known_nationality
from kiosk.identity.mrz.dates import expiry_of
from kiosk.identity.mrz.fields import MrzField
from kiosk.identity.mrz.formats import ALLOWED, Format, classes
from kiosk.identity.mrz.names import names_of


def problems_of(form: Format, texts: tuple[str, ...], fields: tuple[MrzField, ...], today: date) -> tuple[str, ...]:
    """Give what is wrong, by name.

    ``issuer_unknown``, ``nationality_unknown``, ``birth_impossible``, ``birth_unknown``, ``expiry_impossible``,
    ``expired``, ``character_impossible``, ``character_unread``, ``surname_missing``, ``names_truncated``.
    """
    named = {field.name: field for field in fields}
    problems = []
    if not known_issuer(named["issuer"].raw):
        problems.append("issuer_unknown")
    nationality = named.get("nationality")
    if nationality is not None and not known_nationality(nationality.raw):
        problems.append("nationality_unknown")
    birth = named["birth"]
    if not birth.text:
        problems.append("birth_unknown")
    elif birth.text == birth.raw:
        problems.append("birth_impossible")
    if "expiry" in named:
        problems += _expiry(named["expiry"].raw, today)
    held = classes(form)
    if any(texts[row][column] not in ALLOWED[holds] for (row, column), holds in held.items()):
        problems.append("character_impossible")
    if not named["surname"].text:
        problems.append("surname_missing")
    names = form.slot("names")
    if names is not None and names_of(names.of(texts)).truncated:
        problems.append("names_truncated")
    return tuple(problems)


def _expiry(raw: str, today: date) -> list[str]:
    if not raw.strip(FILLER):
        return []
    expiry = expiry_of(raw, today)
    if expiry is None:
        return ["expiry_impossible"]
    return ["expired"] if expiry.latest < today else []
