"""What data groups say: zones of every shape, portraits of both standards and kinds."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from kiosk.document.chip.data_groups import read_contents, read_portrait, read_zone
from kiosk.errors import ChipInvalid
from tests.kiosk.document.chip import issuing
from tests.kiosk.document.chip.card_side import der
from tests.kiosk.document.chip.issuing import PICTURE, portrait_group, zone_group


def encoded(ending: str) -> bytes:
    ramp = np.linspace(0, 255, 48 * 64, dtype=np.uint8).reshape(64, 48)
    done, data = cv2.imencode(ending, cv2.merge([ramp, ramp[::-1], ramp[:, ::-1]]))
    assert done
    return data.tobytes()


def newer_group(image: bytes, depth: int = 4) -> bytes:
    """Write data group 2 with a face image block of ISO/IEC 39794-5: the picture lies deep in a tree."""
    tree = der(0x80, image)
    for _ in range(depth):
        tree = der(0xA1, der(0x80, b"\1"), tree)
    block = der(0x7F2E, der(0x65, tree))
    return der(0x75, der(0x7F61, der(2, b"\1"), der(0x7F60, der(0xA1, der(0x80, b"\2")), block)))


class TestZone:
    @pytest.mark.parametrize(
        ("lines", "kind"),
        [
            (issuing.ZONE, "TD3"),
            (issuing.CARD_ZONE, "TD1"),
            (("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"), "TD2"),
        ],
    )
    def test_every_shape_is_cut_into_its_lines(self, lines: tuple[str, ...], kind: str) -> None:
        assert read_zone(zone_group(lines)) == (kind, lines)

    @pytest.mark.parametrize("text", ["", "A" * 87, "a" * 88, "\u00e9" * 44, " " * 90])
    def test_anything_else_is_refused(self, text: str) -> None:
        with pytest.raises(ChipInvalid):
            read_zone(der(0x61, der(0x5F1F, text.encode())))


class TestPortrait:
    @pytest.mark.parametrize("points", [0, 1, 40])
    def test_the_picture_lies_behind_the_points_of_the_face(self, points: int) -> None:
        portrait = read_portrait(portrait_group(points=points))
        assert (portrait.image, portrait.mime, portrait.standard) == (PICTURE, "image/jpeg", "19794-5")

    @pytest.mark.parametrize(("ending", "mime"), [(".jpg", "image/jpeg"), (".jp2", "image/jp2")])
    @pytest.mark.parametrize("newer", [False, True])
    def test_the_picture_can_be_decoded_here(self, ending: str, mime: str, newer: bool) -> None:
        image = encoded(ending)
        portrait = read_portrait(newer_group(image) if newer else portrait_group(image))
        assert (portrait.image, portrait.mime) == (image, mime)
        assert portrait.standard == ("39794-5" if newer else "19794-5")
        picture = cv2.imdecode(np.frombuffer(portrait.image, np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        assert picture.shape == (64, 48, 3)

    def test_a_bare_stream_of_jpeg_2000_is_named(self) -> None:
        whole = encoded(".jp2")
        bare = whole[whole.index(b"\xff\x4f\xff\x51") :]
        portrait = read_portrait(portrait_group(bare))
        assert portrait.mime == "image/j2c"
        picture = cv2.imdecode(np.frombuffer(portrait.image, np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        assert picture.shape == (64, 48, 3)

    def test_a_tree_without_end_is_refused(self) -> None:
        with pytest.raises(ChipInvalid):
            read_portrait(newer_group(PICTURE, depth=40))

    def test_what_is_enciphered_is_refused(self) -> None:
        group = der(0x75, der(0x7F61, der(2, b"\1"), der(0x7F60, der(0xA1, der(0x80, b"\1")), der(0x7F4E, PICTURE))))
        with pytest.raises(ChipInvalid, match="missing"):
            read_portrait(group)

    def test_it_does_not_show_itself(self) -> None:
        assert "image=" not in repr(read_portrait(portrait_group()))


def test_contents_name_the_data_groups() -> None:
    assert read_contents(der(0x60, der(0x5F01, b"0107"), der(0x5C, b"\x61\x75\x6e\x63\xff"))) == (1, 2, 3, 14)
