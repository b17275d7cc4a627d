"""What a deck or a folder says is presented."""

from __future__ import annotations

from pathlib import Path

import pytest

from calibration.attack.deck import DECKS, find_presentations, read_deck
from calibration.attack.making.attacks import ATTACKS
from calibration.attack.presentation import Label, Way
from calibration.attack.species import KNOWN, species_of
from kiosk.errors import BadInput


def write(folder: Path, text: str) -> Path:
    path = folder / "deck.toml"
    path.write_text("version = 1\n" + text, encoding="utf-8")
    return path


def test_every_shipped_deck_can_be_read_and_names_each_presentation_once() -> None:
    decks = sorted(DECKS.glob("*.toml"))
    assert {deck.stem for deck in decks} >= {"demo", "films"}
    for deck in decks:
        found = read_deck(deck, Path("somewhere"))
        names = [one.name for one in found]
        assert len(names) == len(set(names))
        assert {one.label for one in found} == {Label.BONA_FIDE, Label.ATTACK}
        assert any(one.must_pass for one in found)
        # What is asserted to pass must be asked something.
        assert all(one.way is Way.SESSION for one in found if one.must_pass)


def test_shipped_decks_name_files_relative_to_the_folder_of_films() -> None:
    for one in read_deck(DECKS / "films.toml", Path("films")):
        assert one.material.film is not None
        assert one.material.film.parent == Path("films")


def test_the_shipped_deck_serves_the_folder_that_holds_its_films(tmp_path: Path) -> None:
    named = next(one.material.film for one in read_deck(DECKS / "films.toml", tmp_path) if one.material.film)
    named.write_bytes(b"")
    (tmp_path / "attack99_new.mp4").write_bytes(b"")
    found = find_presentations(tmp_path)
    assert any(one.material.film == named for one in found)
    assert [one.label for one in found if one.name == "attack99_new"] == [Label.ATTACK]


def test_a_folders_own_deck_comes_before_names(tmp_path: Path) -> None:
    (tmp_path / "live_a.mp4").write_bytes(b"")
    write(
        tmp_path,
        """
        [[presentation]]
        film = "live_a.mp4"
        label = "attack"
        species = "phone"
        gestures = ["look_left", "blink"]
        reference = "card.png"
        mirror = true
        """,
    )
    (one,) = find_presentations(tmp_path)
    assert (one.label, one.species, one.way) == (Label.ATTACK, "phone", Way.SESSION)
    assert one.reference == tmp_path / "card.png"
    assert one.material.mirror


def test_names_of_folders_say_label_and_species(tmp_path: Path) -> None:
    for name in ("bona_fide/one.mp4", "attack/print/two.mp4", "attack03.mp4", "live_four.webm"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"")
    found = {one.name: (one.label, one.species) for one in find_presentations(tmp_path)}
    assert found == {
        "one": (Label.BONA_FIDE, ""),
        "two": (Label.ATTACK, "print"),
        "attack03": (Label.ATTACK, "unnamed"),
        "live_four": (Label.BONA_FIDE, ""),
    }


def test_a_name_that_says_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "somebody.mp4").write_bytes(b"")
    with pytest.raises(BadInput, match="neither the name"):
        find_presentations(tmp_path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[presentation]]\nfilm = 'a.mp4'\nlabel = 'live'", "label"),
        ("[[presentation]]\nfilm = 'a.mp4'\nlabel = 'attack'", "species"),
        ("[[presentation]]\nfilm = 'a.mp4'\nlabel = 'bona_fide'\nspecies = 'print'", "species"),
        ("[[presentation]]\nfilm = 'a.mp4'\ndemo = 'photo'\nlabel = 'attack'\nspecies = 'print'", "either"),
        ("[[presentation]]\nlabel = 'bona_fide'", "either"),
        ("[[presentation]]\ndemo = 'ghost'\nlabel = 'bona_fide'", "ghost"),
        ("[[presentation]]\nfilm = 'a.mp4'\nlabel = 'attack'\nmade = 'hologram'", "hologram"),
        ("[[presentation]]\nfilm = 'a.mp4'\nlabel = 'bona_fide'\ngestures = ['somersault']", "somersault"),
        ("[[presentation]]\nfilm = 'a.mp4'\nlabel = 'bona_fide'\ncolour = 'red'", "colour"),
        ("[[presentation", "TOML"),
    ],
)
def test_a_deck_that_cannot_be_used_says_why(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        find_presentations(write(tmp_path, text))


def test_a_path_that_is_nothing_names_the_shipped_decks() -> None:
    with pytest.raises(BadInput) as caught:
        find_presentations(Path("no-such-thing"))
    assert "demo" in (caught.value.what_to_do)


def test_every_made_attack_is_a_species_with_its_potential() -> None:
    for name in ATTACKS:
        assert species_of(f"made_{name}").potential in ("A", "B", "C")
        assert f"made_{name}" in KNOWN
    assert species_of("replay").name == "screen"
    assert species_of("hologram").potential == "not rated"
