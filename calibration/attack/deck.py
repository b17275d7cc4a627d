"""Decks: what is presented. A TOML file beside films, a shipped one, or a folder whose names say what its films are."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from calibration.attack.making.attacks import ATTACKS
from calibration.attack.presentation import Label, Material, Presentation, Way
from kiosk.analysis.pictures import PICTURES
from kiosk.camera.address import Variant
from kiosk.errors import BadInput
from kiosk.flow.challenge import parse_challenge

DECKS = Path(__file__).parent / "decks"
FILMS = frozenset({".mp4", ".mov", ".webm", ".avi", ".mkv", ".gif"})
_BONA_FIDE = ("live", "bona_fide", "bonafide", "real", "genuine")
_ATTACK = ("attack", "spoof", "fake")


class _Row(BaseModel):
    """One ``[[presentation]]`` of a deck."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = ""
    film: str = ""
    demo: str = ""
    label: Literal["bona_fide", "attack"]
    species: str = ""
    made: str = ""
    gestures: list[str] = []
    reference: str = ""
    reference_at: Annotated[float, Field(ge=0)] = 0.0
    mirror: bool = False
    swap: str = ""
    swap_at: Annotated[float, Field(ge=0)] = 0.0
    pieces: dict[str, tuple[float, float]] = {}
    source: str = ""
    note: str = ""
    must_pass: bool = False


class _Deck(BaseModel):
    """A deck's file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    presentation: list[_Row]


def read_deck(path: Path, folder: Path) -> list[Presentation]:
    """Read a deck whose file names are relative to ``folder``. Raises ``BadInput`` naming what cannot be used."""
    try:
        deck = _Deck(**tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"the deck {path} cannot be read ({type(error).__name__})") from error
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"the deck {path.name} is not TOML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise BadInput(f"the deck {path.name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    return [_presentation(row, folder, path.name) for row in deck.presentation]


def _presentation(row: _Row, folder: Path, deck: str) -> Presentation:
    what = row.film or f"demo:{row.demo}"
    if bool(row.film) == bool(row.demo):
        raise BadInput(f"the deck {deck}: a presentation names either 'film' or 'demo'", hint="mend the deck")
    if row.made and row.made not in ATTACKS:
        raise BadInput(f"the deck {deck}: {what}: made = '{row.made}' is unknown", hint=f"use {', '.join(ATTACKS)}")
    if row.demo and row.demo not in [variant.value for variant in Variant]:
        raise BadInput(f"the deck {deck}: demo = '{row.demo}' is unknown", hint=f"use {', '.join(Variant)}")
    try:
        parse_challenge(",".join(row.gestures)) if row.gestures else ()
    except ValueError as error:
        raise BadInput(f"the deck {deck}: {what}: {error}", hint="mend the deck") from error
    label = Label(row.label)
    if (label is Label.ATTACK) != bool(row.species or row.made):
        raise BadInput(
            f"the deck {deck}: {what}: attacks name their species, bona fide have none", hint="mend the deck"
        )
    name = row.name or (Path(row.film).stem if row.film else f"demo {row.demo}") + (f" {row.made}" if row.made else "")
    in_session = bool(row.gestures) or bool(row.demo)
    return Presentation(
        name=name,
        label=label,
        species=row.species or (f"made_{row.made}" if row.made else ""),
        material=Material(
            film=folder / row.film if row.film else None,
            mirror=row.mirror,
            demo=row.demo,
            made=row.made,
            swap=folder / row.swap if row.swap else None,
            swap_at=row.swap_at,
            pieces=tuple(row.pieces.items()),
        ),
        way=Way.SESSION if in_session else Way.PAD,
        reference=folder / row.reference if row.reference else None,
        reference_at=row.reference_at,
        gestures=tuple(row.gestures),
        source=row.source or ("demonstration" if row.demo else folder.name),
        note=row.note,
        must_pass=row.must_pass,
    )


def find_presentations(path: Path) -> list[Presentation]:
    """Give what a path stands for: a shipped deck's name, a deck, a folder, or one film or picture.

    A folder brings its own ``deck.toml``, else the shipped deck that names its films, else names say what is what.
    Raises ``BadInput``.
    """
    shipped = {deck.stem: deck for deck in sorted(DECKS.glob("*.toml"))}
    if not path.exists() and str(path) in shipped:
        return read_deck(shipped[str(path)], Path())
    if path.is_file() and path.suffix.lower() == ".toml":
        return read_deck(path, path.parent)
    if path.is_dir():
        own = path / "deck.toml"
        if own.is_file():
            return read_deck(own, path)
        for deck in shipped.values():
            found = read_deck(deck, path)
            if any(one.material.film is not None and one.material.film.is_file() for one in found):
                return [*found, *_not_named(path, found)]
        return _not_named(path, [])
    if path.is_file():
        return [_by_name(path, path.parent)]
    raise BadInput(f"there is no file, folder or shipped deck '{path}'", hint=f"shipped decks: {', '.join(shipped)}")


def _not_named(folder: Path, found: list[Presentation]) -> list[Presentation]:
    named = {one.material.film for one in found}
    files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in FILMS | PICTURES and file.is_file())
    left = [_by_name(file, folder) for file in files if file not in named]
    if not found and not left:
        raise BadInput(
            f"{folder} holds neither films nor pictures", hint="name a folder of films, or write a deck.toml"
        )
    return left


def _by_name(file: Path, folder: Path) -> Presentation:
    """Take label and species from the names of folders and file, as ``attack/print/one.mp4`` or ``live_one.mp4``."""
    words = [part.lower() for part in file.relative_to(folder).parts]
    for index, word in enumerate(words):
        if word.startswith(_BONA_FIDE):
            return Presentation(file.stem, Label.BONA_FIDE, "", Material(file), source=folder.name)
        if word.startswith(_ATTACK):
            inner = words[index + 1] if index + 2 < len(words) else "unnamed"
            return Presentation(file.stem, Label.ATTACK, inner, Material(file), source=folder.name)
    raise BadInput(
        f"neither the name of '{file.name}' nor its folder says whether it is bona fide or an attack",
        hint="begin names with live or attack (attack/SPECIES/FILM), or write a deck.toml",
    )
