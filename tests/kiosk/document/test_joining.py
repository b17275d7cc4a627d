"""One reading from zone, print, barcodes and portrait; one document from two sides."""

from dataclasses import replace
from datetime import date

import pytest

from kiosk.document.facts import (
    BarcodeReading,
    Field,
    MrzReading,
    PortraitFound,
    PresenceCue,
    Source,
)
from kiosk.document.joining import Side, both_sides, cross_checked, joined

TODAY = date(2026, 11, 24)
NUMBER = Field("number", "D23145890", Source.MRZ, 0.9, check=True)
ZONE = MrzReading("TD1", ("I<UTO", "740812", "ERIKSSON"), ((0.9,), (0.9,), (0.9,)), (("number", True),), (NUMBER,))
PORTRAIT = PortraitFound((10.0, 10.0, 40.0, 50.0), 0, 24.0, 0.8)


def _printed(name: str, text: str, *, check: bool | None = None, confidence: float = 0.8) -> Field:
    return Field(name, text, Source.PRINT, confidence, check)


def test_a_zone_names_the_kind_and_comes_first() -> None:
    reading = joined(Side(mrz=ZONE, printed=(_printed("number", "D23145890"),)), TODAY)
    assert reading.kind == "TD1"
    assert reading.best("number") == NUMBER
    assert [check.agree for check in reading.cross_checks] == [True]


def test_a_field_whose_check_fails_stands_behind_one_without() -> None:
    bad = replace(NUMBER, text="D23145899", check=False)
    reading = joined(Side(mrz=replace(ZONE, fields=(bad,)), printed=(_printed("number", "D23145890"),)), TODAY)
    found = reading.best("number")
    assert found is not None
    assert found.source is Source.PRINT
    assert reading.cross_checks == ()


def test_the_same_field_in_two_places_that_differs_is_named_with_its_digits() -> None:
    (check,) = cross_checked((NUMBER, _printed("number", "D23145390")))
    assert (check.field, check.agree, check.doubtful) == ("number", False, (6,))


def test_the_print_knows_a_turkish_card_better_than_the_zones_form() -> None:
    assert joined(Side(kind="tr_identity_card_back", mrz=ZONE), TODAY).kind == "tr_identity_card_back"


def test_a_licence_is_known_by_its_barcode() -> None:
    code = BarcodeReading("PDF417", "@", None, (Field("number", "A1", Source.BARCODE, 1.0),))
    reading = joined(Side(barcodes=(code,)), TODAY)
    assert reading.kind == "licence"
    assert reading.best("number") is not None


@pytest.mark.parametrize(
    ("field", "problems"),
    [
        (_printed("expiry", "2020-01-01"), ("expired",)),
        (_printed("expiry", "2030-01-01"), ()),
        (_printed("birth", "2030-01-01"), ("birth_in_future",)),
        (_printed("expiry", "2030"), ()),
    ],
)
def test_printed_dates_are_held_against_the_day(field: Field, problems: tuple[str, ...]) -> None:
    assert joined(Side(printed=(field,)), TODAY).problems == problems


def test_two_sides_are_one_document_whichever_comes_first() -> None:
    front = joined(
        Side(kind="tr_identity_card", printed=(_printed("national_number", "1", check=True),), portrait=PORTRAIT), TODAY
    )
    back = joined(Side(mrz=ZONE), TODAY)
    for pair in ((front, back), (back, front)):
        whole = both_sides(*pair, TODAY)
        assert whole.mrz == ZONE
        assert whole.portrait == PORTRAIT
        assert {field.name for field in whole.fields} == {"number", "national_number"}


def test_the_better_of_two_zones_stands_and_takes_its_fields_with_it() -> None:
    wrong = Field("number", "X", Source.MRZ, 0.3, check=False)
    bad = joined(Side(mrz=replace(ZONE, checks=(("number", False),), fields=(wrong,))), TODAY)
    whole = both_sides(bad, joined(Side(mrz=ZONE), TODAY), TODAY)
    assert whole.fields == (NUMBER,)


def test_one_side_that_is_a_picture_is_enough() -> None:
    good, bad = PresenceCue("screen", 0.9, 0.5, 0.02), PresenceCue("screen", 0.1, 0.5, 0.02)
    first, second = (joined(Side(presence=(cue,)), TODAY) for cue in (good, bad))
    assert both_sides(first, second, TODAY).presence == (bad,)
    assert both_sides(second, first, TODAY).presence == (bad,)


def test_the_portrait_of_one_card_and_the_numbers_of_another_are_no_document() -> None:
    front, back = joined(Side(portrait=PORTRAIT), TODAY), joined(Side(mrz=ZONE), TODAY)
    for pair in ((front, back), (back, front)):
        assert "sides_unlinked" in both_sides(*pair, TODAY).problems


def test_a_field_that_both_sides_bear_shows_that_they_belong_together() -> None:
    front = joined(Side(printed=(_printed("card_serial", "D23145890"),), portrait=PORTRAIT), TODAY)
    whole = both_sides(front, joined(Side(mrz=ZONE), TODAY), TODAY)
    assert "sides_unlinked" not in whole.problems
    assert [check.agree for check in whole.cross_checks] == [True]


def test_the_same_sex_links_no_two_sides() -> None:
    sex = Field("sex", "F", Source.MRZ, 0.9)
    front = joined(Side(printed=(_printed("sex", "F"),), portrait=PORTRAIT), TODAY)
    back = joined(Side(mrz=replace(ZONE, fields=(*ZONE.fields, sex))), TODAY)
    assert "sides_unlinked" in both_sides(front, back, TODAY).problems


def test_two_sides_whose_proven_numbers_differ_disagree() -> None:
    front = joined(Side(printed=(_printed("number", "D23145391", check=True),), portrait=PORTRAIT), TODAY)
    whole = both_sides(front, joined(Side(mrz=ZONE), TODAY), TODAY)
    assert any(not check.agree for check in whole.cross_checks)


def test_a_picture_that_has_all_stands_alone() -> None:
    before = joined(Side(portrait=replace(PORTRAIT, box=(0.0, 0.0, 9.0, 9.0))), TODAY)
    alone = joined(Side(mrz=ZONE, portrait=PORTRAIT), TODAY)
    assert both_sides(before, alone, TODAY) == alone


def test_a_side_without_portrait_needs_no_link_to_one_that_has_all() -> None:
    front = joined(Side(mrz=ZONE, portrait=PORTRAIT), TODAY)
    whole = both_sides(front, joined(Side(), TODAY), TODAY)
    assert "sides_unlinked" not in whole.problems
    assert whole.portrait == PORTRAIT
