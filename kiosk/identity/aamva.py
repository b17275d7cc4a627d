"""The text in the barcode of a North American licence or identity card. Pure.

Sources: AAMVA DL/ID Card Design Standard, annex D (versions 2000 to 2020, numbered 01 to 10).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

LATEST = 10
_HEADER = re.compile(r"@[\x00-\x20]{1,4}(?:ANSI |AAMVA)(\d{6})(\d{2})")
_SUBFILE = re.compile(r"([A-Z][A-Z0-9])(\d{4})(\d{4})")
_ELEMENT = re.compile(r"[A-Z]{2}[A-Z0-9]")
_LICENCE = ("DL", "ID")
_ABSENT = frozenset({"NONE", "UNAVL", "UNAVAIL", ""})
"""what the standard has written where a person has no such name or it is not known"""
_SEX = {"1": "M", "2": "F", "9": "X", "M": "M", "F": "F", "X": "X"}
_DATES = {"birth": "DBB", "expiry": "DBA", "issued": "DBD"}
_PLAIN = {
    "number": ("DAQ",),
    "suffix": ("DCU", "DAE"),
    "street": ("DAG", "DAL"),
    "street_2": ("DAH", "DAM"),
    "city": ("DAI", "DAN"),
    "region": ("DAJ", "DAO"),
    "postal_code": ("DAK", "DAP"),
    "discriminator": ("DCF",),
}
"""fields by the elements that may hold them: newer ones first"""
_TRUNCATION = {"surname": "DDE", "first_name": "DDF", "middle_name": "DDG"}
_EARLIEST = 1880
"""a year before it shows that a date is written the other way round"""


@dataclass(frozen=True, slots=True)
class AamvaField:
    """One field under our name; dates as YYYY-MM-DD."""

    name: str
    text: str
    raw: str
    """as it stands in the barcode"""


@dataclass(frozen=True, slots=True)
class AamvaLicence:
    """What a licence's barcode says of itself."""

    issuer_number: str
    """of the issuing authority: six digits after ISO/IEC 7812"""
    version: int
    """of the standard, 1 to 10"""
    jurisdiction_version: int | None
    """None in version 1"""
    subfiles: tuple[str, ...]
    fields: tuple[AamvaField, ...]
    truncated: tuple[str, ...] = ()
    """names that did not fit: ``surname``, ``first_name``, ``middle_name``"""
    problems: tuple[str, ...] = ()
    """what does not fit the standard: ``header_broken``, ``offset_wrong``, ``length_wrong``, ``subfile_missing``,
    ``version_unknown``, ``element_repeated``, ``element_unreadable``, ``date_order``, ``birth_unreadable``,
    ``expiry_unreadable``, ``issued_unreadable``, ``sex_unreadable``, ``name_not_split``, ``number_missing``"""

    def text(self, name: str) -> str:
        """Give a field's text, "" where there is none."""
        return next((one.text for one in self.fields if one.name == name), "")


def parse_aamva(text: str) -> AamvaLicence | None:
    """Read a barcode's text; None when it is no licence at all.

    A header that breaks off gives no field. Offsets that are wrong are reported, and a subfile is then taken only
    where just one place can be its beginning.
    """
    start = _HEADER.search(text)
    if start is None:
        return None
    text = text[start.start() :]
    issuer, version = start.group(1), int(start.group(2))
    at = start.end() - start.start()
    problems: list[str] = [] if 1 <= version <= LATEST else ["version_unknown"]
    own, at = _two_digits(text, at) if version != 1 else (None, at)
    count, at = _two_digits(text, at)
    listed = []
    for _ in range(count or 0):
        entry = _SUBFILE.match(text, at)
        if entry is None:
            break
        listed.append((entry.group(1), int(entry.group(2)), int(entry.group(3))))
        at = entry.end()
    if not count or len(listed) != count or (version != 1 and own is None):
        return AamvaLicence(issuer, version, own, (), (), problems=(*problems, "header_broken"))
    elements: dict[str, str] = {}
    for kind, offset, length in listed:
        body = _subfile(text, at, kind, offset, length, problems)
        if kind in _LICENCE and body is not None:
            _collect(body, elements, problems)
    kinds = tuple(kind for kind, _, _ in listed)
    if not any(kind in _LICENCE for kind in kinds):
        problems.append("subfile_missing")
    fields = _fields(elements, version, problems) if elements else ()
    return AamvaLicence(
        issuer,
        version,
        own,
        kinds,
        fields,
        truncated=tuple(name for name, code in _TRUNCATION.items() if elements.get(code) == "T"),
        problems=tuple(dict.fromkeys(problems)),
    )


def _two_digits(text: str, at: int) -> tuple[int | None, int]:
    digits = text[at : at + 2]
    return (int(digits), at + 2) if re.fullmatch(r"[0-9]{2}", digits) else (None, at)


def _subfile(text: str, after: int, kind: str, offset: int, length: int, problems: list[str]) -> str | None:
    """Give what follows a subfile's type, None where its beginning cannot be told."""
    begin = offset
    if offset < after or not _begins(text, offset, kind):
        problems.append("offset_wrong")
        places = [m.start() for m in re.finditer(kind, text) if m.start() >= after and _begins(text, m.start(), kind)]
        places = [place for place in places if place == after or text[place - 1] in "\r\n"]
        if len(places) != 1:
            problems.append("subfile_missing")
            return None
        begin = places[0]
    # Issuers count the terminator or do not; the terminator itself is the surer end.
    end = text.find("\r", begin)
    if end < 0:
        end = min(len(text), begin + length)
    if not -2 <= end - begin - length <= 1:
        problems.append("length_wrong")
    return text[begin + 2 : end]


def _begins(text: str, at: int, kind: str) -> bool:
    return text.startswith(kind, at) and _ELEMENT.match(text, at + 2) is not None


def _collect(body: str, elements: dict[str, str], problems: list[str]) -> None:
    repeated = set()
    for line in body.split("\n"):
        if not line:
            continue
        code, value = line[:3], line[3:].strip()
        if not _ELEMENT.fullmatch(code):
            problems.append("element_unreadable")
        elif elements.setdefault(code, value) != value:
            repeated.add(code)
    for code in repeated:
        # Which of two values is meant cannot be told.
        problems.append("element_repeated")
        del elements[code]


def _fields(elements: dict[str, str], version: int, problems: list[str]) -> tuple[AamvaField, ...]:
    found = [_plain(name, elements, codes) for name, codes in _PLAIN.items()]
    found += _names(elements, version, problems)
    country = elements.get("DCG", "")
    found.append(AamvaField("issuer", country if country in ("USA", "CAN") else "", country))
    raw = elements.get("DBC", "")
    if raw and raw.upper() not in _SEX:
        problems.append("sex_unreadable")
    found.append(AamvaField("sex", _SEX.get(raw.upper(), ""), raw))
    year_first = version == 1 or country == "CAN"
    for name, code in _DATES.items():
        value = elements.get(code, "")
        found.append(AamvaField(name, _day(name, value, year_first, problems), value))
    if not elements.get("DAQ"):
        problems.append("number_missing")
    return tuple(one for one in found if one.text or one.raw)


def _plain(name: str, elements: dict[str, str], codes: tuple[str, ...]) -> AamvaField:
    raw = next((elements[code] for code in codes if elements.get(code)), "")
    return AamvaField(name, _present(raw), raw)


def _names(elements: dict[str, str], version: int, problems: list[str]) -> list[AamvaField]:
    """Give surname and given names; version 1 may have them in one element, 2 and 3 the given ones in one."""
    surname = elements.get("DCS") or elements.get("DAB", "")
    first = elements.get("DAC", "")
    middle = elements.get("DAD", "")
    if not first and elements.get("DCT"):
        first, middle = elements["DCT"].replace(",", " "), ""
    whole = elements.get("DAA", "")
    if not surname and whole and version == 1:
        parts = [part.strip() for part in whole.split(",")]
        if len(parts) < 2:
            # Family name first or last: states differ, so it stays whole.
            problems.append("name_not_split")
            return [AamvaField("name", whole, whole)]
        surname, first, middle = parts[0], parts[1], " ".join(parts[2:3])
        rest = [AamvaField("suffix", parts[3], parts[3])] if len(parts) > 3 and parts[3] else []
        return [*_joined(surname, first, middle), *rest]
    return _joined(surname, first, middle)


def _joined(surname: str, first: str, middle: str) -> list[AamvaField]:
    given = " ".join(" ".join(part.split()) for part in (_present(first), _present(middle)) if part)
    raw = " ".join(part for part in (first, middle) if part)
    return [AamvaField("surname", _present(surname), surname), AamvaField("given_names", given, raw)]


def _present(text: str) -> str:
    return "" if text.upper() in _ABSENT else text


def _day(name: str, raw: str, year_first: bool, problems: list[str]) -> str:
    """Give a date as YYYY-MM-DD. No digits are a date both ways (months end at 12, years begin at 1880)."""
    if not raw or _present(raw) == "" or raw == "00000000":
        return ""
    if re.fullmatch(r"[0-9]{8}", raw):
        by_year, by_month = raw, raw[4:] + raw[:4]
        for text, expected in ((by_year, year_first), (by_month, not year_first)):
            day = _calendar(text)
            if day:
                if not expected:
                    problems.append("date_order")
                return day
    problems.append(f"{name}_unreadable")
    return ""


def _calendar(digits: str) -> str:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return ""
    return day.isoformat() if day.year >= _EARLIEST else ""
