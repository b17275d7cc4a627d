"""Licences' barcode texts are made here, from made-up people, and read again."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.identity.aamva import AamvaLicence, parse_aamva

NEW = {
    "DAQ": "T64235789",
    "DCS": "SAMPLE",
    "DDE": "N",
    "DAC": "MICHAEL",
    "DDF": "N",
    "DAD": "JOHN",
    "DDG": "T",
    "DCU": "JR",
    "DBB": "06061986",
    "DBA": "12102024",
    "DBD": "06062019",
    "DBC": "1",
    "DAG": "12 MADE UP STREET",
    "DAI": "NOWHERE",
    "DAJ": "VA",
    "DAK": "232690000  ",
    "DCF": "24242424",
    "DCG": "USA",
}


def written(
    elements: dict[str, str],
    version: int = 9,
    kind: str = "DL",
    *,
    offset: int = 0,
    length: int = 0,
    more: str = "",
) -> str:
    """Write a barcode's text as an issuer does; ``offset`` and ``length`` are added to what is right."""
    body = kind + "\n".join(code + value for code, value in elements.items()) + "\n\r"
    own = "" if version == 1 else "01"
    begin = 9 + 6 + 2 + len(own) + 2 + 10 * (2 if more else 1)
    head = f"@\n\x1e\rANSI 636000{version:02}{own}{2 if more else 1:02}"
    listed = f"{kind}{begin + offset:04}{len(body) + length:04}"
    if more:
        listed += f"ZV{begin + len(body):04}{len(more) + 3:04}"
        return head + listed + body + "ZV" + more + "\r"
    return head + listed + body


def read(text: str) -> AamvaLicence:
    licence = parse_aamva(text)
    assert licence is not None
    return licence


def test_a_licence_gives_its_fields_under_our_names() -> None:
    licence = read(written(NEW))
    assert licence.problems == ()
    assert (licence.issuer_number, licence.version, licence.jurisdiction_version) == ("636000", 9, 1)
    assert {one.name: one.text for one in licence.fields} == {
        "number": "T64235789",
        "surname": "SAMPLE",
        "given_names": "MICHAEL JOHN",
        "suffix": "JR",
        "birth": "1986-06-06",
        "expiry": "2024-12-10",
        "issued": "2019-06-06",
        "sex": "M",
        "street": "12 MADE UP STREET",
        "city": "NOWHERE",
        "region": "VA",
        "postal_code": "232690000",
        "discriminator": "24242424",
        "issuer": "USA",
    }
    assert licence.truncated == ("middle_name",)


def test_the_first_version_has_whole_names_and_dates_that_begin_with_the_year() -> None:
    elements = {"DAQ": "S123", "DAA": "DOE,JANE,ANN,SR", "DBB": "19720801", "DBA": "20090830", "DBC": "F"}
    licence = read(written(elements, version=1))
    assert licence.problems == ()
    assert licence.jurisdiction_version is None
    assert [licence.text(name) for name in ("surname", "given_names", "suffix", "birth", "expiry", "sex")] == [
        "DOE",
        "JANE ANN",
        "SR",
        "1972-08-01",
        "2009-08-30",
        "F",
    ]


def test_a_whole_name_without_commas_is_not_taken_apart() -> None:
    licence = read(written({"DAQ": "S123", "DAA": "JANE ANN DOE"}, version=1))
    assert (licence.text("name"), licence.text("surname")) == ("JANE ANN DOE", "")
    assert "name_not_split" in licence.problems


@pytest.mark.parametrize("version", [2, 3])
def test_versions_two_and_three_have_given_names_in_one_element(version: int) -> None:
    licence = read(written({"DAQ": "S1", "DCS": "DOE", "DCT": "JANE,ANN", "DCG": "USA"}, version=version))
    assert (licence.text("surname"), licence.text("given_names")) == ("DOE", "JANE ANN")


def test_canada_writes_the_year_first() -> None:
    licence = read(written({**NEW, "DCG": "CAN", "DBB": "19860607", "DBA": "20241210", "DBD": "20190606"}))
    assert (licence.text("birth"), licence.problems) == ("1986-06-07", ())


def test_a_date_in_the_other_order_is_read_and_reported() -> None:
    licence = read(written({**NEW, "DBB": "19860607"}))
    assert licence.text("birth") == "1986-06-07"
    assert licence.problems == ("date_order",)


@pytest.mark.parametrize("digits", ["02301986", "1306198", "13131986", "ABCDEFGH"])
def test_a_day_that_cannot_be_is_not_read(digits: str) -> None:
    licence = read(written({**NEW, "DBB": digits}))
    assert licence.text("birth") == ""
    assert licence.problems == ("birth_unreadable",)
    assert next(one.raw for one in licence.fields if one.name == "birth") == digits


def test_no_middle_name_is_no_name() -> None:
    assert read(written({**NEW, "DAD": "NONE"})).text("given_names") == "MICHAEL"
    assert read(written({**NEW, "DAD": "unavl"})).text("given_names") == "MICHAEL"


@pytest.mark.parametrize("wrong", [-3, -1, 1, 4, 60])
def test_a_wrong_offset_is_reported_and_the_only_beginning_taken(wrong: int) -> None:
    licence = read(written(NEW, offset=wrong, more="ZVA01"))
    assert licence.text("number") == "T64235789"
    assert "offset_wrong" in licence.problems


def test_where_two_places_could_begin_none_is_taken() -> None:
    text = written(NEW, offset=3) + "DLDAQX999\n\r"
    licence = read(text)
    assert licence.fields == ()
    assert {"offset_wrong", "subfile_missing"} <= set(licence.problems)


def test_a_wrong_length_is_reported() -> None:
    assert read(written(NEW, length=40)).problems == ("length_wrong",)
    assert read(written(NEW)[:-60]).problems[0] == "length_wrong"


def test_a_repeated_element_with_two_values_is_left_unread() -> None:
    text = written({**NEW, "DAJ": "VA\nDAQX0"})
    licence = read(text)
    assert licence.text("number") == ""
    assert {"element_repeated", "number_missing"} <= set(licence.problems)


def test_an_identity_card_reads_as_a_licence_does() -> None:
    assert read(written(NEW, kind="ID")).text("surname") == "SAMPLE"


@pytest.mark.parametrize("cut", [17, 18, 20, 23, 27])
def test_a_header_that_breaks_off_gives_no_field(cut: int) -> None:
    licence = read(written(NEW)[:cut])
    assert licence.fields == ()
    assert "header_broken" in licence.problems


@pytest.mark.parametrize("text", ["", "@", "ANSI 636000", "https://example.org/@ANSI", "P<UTOERIKSSON<<ANNA<MARIA"])
def test_other_texts_are_no_licence(text: str) -> None:
    assert parse_aamva(text) is None


def test_a_version_that_is_not_known_is_read_and_reported() -> None:
    licence = read(written(NEW, version=12))
    assert licence.text("number") == "T64235789"
    assert licence.problems == ("version_unknown",)


names = st.from_regex(r"[A-Z]{2,20}", fullmatch=True).filter(lambda text: text not in ("NONE", "UNAVL", "UNAVAIL"))
days = st.dates(date(1890, 1, 1), date(2099, 12, 31))


@given(
    surname=names,
    first=names,
    number=st.from_regex(r"[A-Z0-9]{4,25}", fullmatch=True).filter(lambda text: not text.startswith("UNAV")),
    birth=days,
    expiry=days,
    canadian=st.booleans(),
    version=st.integers(2, 10),
)
def test_what_is_written_is_read(
    surname: str, first: str, number: str, birth: date, expiry: date, canadian: bool, version: int
) -> None:
    form = "%Y%m%d" if canadian else "%m%d%Y"
    elements = {
        "DAQ": number,
        "DCS": surname,
        "DAC": first,
        "DAD": "NONE",
        "DBB": birth.strftime(form),
        "DBA": expiry.strftime(form),
        "DCG": "CAN" if canadian else "USA",
    }
    if number == "NONE":
        return
    licence = read(written(elements, version=version))
    assert licence.problems == ()
    assert [licence.text(name) for name in ("number", "surname", "given_names", "birth", "expiry")] == [
        number,
        surname,
        first,
        birth.isoformat(),
        expiry.isoformat(),
    ]


@given(st.text(max_size=200), st.integers(0, 300))
def test_no_text_makes_it_fail(noise: str, at: int) -> None:
    text = written(NEW)
    for broken in (noise, "@\n\x1e\rANSI 63600009" + noise, text[:at] + noise + text[at:]):
        licence = parse_aamva(broken)
        assert licence is None or isinstance(licence.fields, tuple)
