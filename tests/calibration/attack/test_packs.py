"""Packs of labelled pictures, and sources left out held against floor and goal."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import pytest

from calibration.attack.pack_figures import by_source, left_out_rows, read_left_out
from calibration.attack.packs import Scored, find_packs, is_pack, score_pack
from edge_models.tasks.face_pad import PadScore
from kiosk.analysis.pipeline import Analyst
from kiosk.errors import BadInput

CSV = "file,label,source,species,subject\nx/a.png,live,web,,1\nx/b.png,print,web,a4,1\nx/c.png,replay,web,ipad,2\nx/gone.png,mask,web,paper,2\n"


class Brightness:
    """Stands for the analyst: the brighter, the more bona fide; black shows no face."""

    def pad_of(self, picture: np.ndarray) -> PadScore | None:
        return PadScore(float(picture.mean()) / 255, {}) if picture.any() else None


def content(shade: int) -> bytes:
    return bytes(cv2.imencode(".png", np.full((8, 8, 3), shade, np.uint8))[1])


def pack_of(path: Path, csv: str = CSV) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("labels.csv", csv)
        for name, shade in (("a", 200), ("b", 0), ("c", 51)):
            archive.writestr(f"x/{name}.png", content(shade))
    return path


def scores(pack: Path) -> list[Scored]:
    return score_pack(cast("Analyst", Brightness()), pack)


def test_every_row_has_its_label_and_score(tmp_path: Path) -> None:
    found = {one.file: one for one in scores(pack_of(tmp_path / "some.zip"))}
    assert (found["x/a.png"].label, found["x/a.png"].species) == ("bona_fide", "")
    assert found["x/a.png"].score == pytest.approx(200 / 255)
    assert (found["x/b.png"].species, found["x/b.png"].kind, found["x/b.png"].score) == ("print", "a4", None)
    assert found["x/c.png"].species == "screen"
    assert found["x/gone.png"].score is None
    assert {one.source for one in found.values()} == {"some"}


def test_a_folder_is_a_pack_too_and_no_label_leads_out_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    (folder / "x").mkdir(parents=True)
    (folder / "labels.csv").write_text("file,label\nx/a.png,live\n../secret.png,print\n", encoding="utf-8")
    (folder / "x" / "a.png").write_bytes(content(200))
    (tmp_path / "secret.png").write_bytes(content(200))
    pack_of(tmp_path / "some.zip")
    (tmp_path / "other.zip").write_bytes(b"no zip")
    assert find_packs(tmp_path) == [folder, tmp_path / "some.zip"]
    assert [one.score is None for one in scores(folder)] == [False, True]
    assert not is_pack(tmp_path / "other.zip")


@pytest.mark.parametrize(
    ("csv", "says"), [("file,label\na.png,hologram\n", "hologram"), ("name\na\n", "columns"), ("", "columns")]
)
def test_labels_that_cannot_be_used_say_why(tmp_path: Path, csv: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        scores(pack_of(tmp_path / "some.zip", csv))


def made(source: str, bona_fide: list[float], **attacks: list[float]) -> list[Scored]:
    rows = [Scored(source, f"{i}", "bona_fide", "", "", score) for i, score in enumerate(bona_fide)]
    for species, of in attacks.items():
        rows += [Scored(source, f"{species}{i}", "attack", species, species, score) for i, score in enumerate(of)]
    return rows


def test_apcer_by_source_uses_thresholds_of_the_release_of_itself_and_of_others() -> None:
    here = made("here", list(np.linspace(0.5, 1, 40)), print=[0.1, 0.6, 0.9, 0.2])
    there = made("there", list(np.linspace(0.8, 1, 40)), screen=[0.1])
    rows = {
        (r.source, r.species, r.bpcer, r.threshold_of): r for r in by_source([*here, *there], {0.05: 0.55, 0.10: 0.58})
    }
    shipped, others = rows["here", "print", 0.05, "shipped"], rows["here", "print", 0.05, "others"]
    assert (shipped.apcer.errors, shipped.apcer.of) == (2, 4)
    assert shipped.bpcer_here is not None
    assert shipped.bpcer_here.errors == 4
    assert others.apcer.errors == 1
    assert others.threshold == pytest.approx(0.8 + 0.2 * 2 / 39)
    own = rows["here", "print", 0.10, "own"]
    assert own.bpcer_here is not None
    assert own.bpcer_here.value == pytest.approx(0.1)


def left_out_file(path: Path, here_print: np.ndarray, *, beside: bool = False) -> Path:
    """40 bona fide and 40 prints of ``here``, 40 bona fide and 3 screens of ``there``."""
    label = np.array([0] * 40 + [1] * 40 + [0] * 40 + [2] * 3)
    source = np.array(["here"] * 80 + ["there"] * 43)
    rows: dict[str, Any] = {
        "label": label,
        "source": source,
        "species": np.array(["a4"] * 123),
        "kind": np.zeros(123, int),
    }
    bona_fide = np.linspace(1, 2, 40)
    scores_of = np.concatenate([bona_fide, here_print, bona_fide, [0, 0, 0]])
    if beside:
        np.savez(path.parent / "rows.npz", **rows)
        np.savez(path, here=scores_of, there=scores_of)
    else:
        np.savez(path, here=scores_of, there=scores_of, **rows)
    return path


@pytest.mark.parametrize("beside", [False, True])
def test_a_source_left_out_meets_the_floor_or_does_not(tmp_path: Path, beside: bool) -> None:
    refused_all = left_out_rows(read_left_out(left_out_file(tmp_path / "l.npz", np.zeros(40), beside=beside)))
    assert {(row.source, row.threshold_of) for row in refused_all} == {("here", "own"), ("here", "others")}
    assert all(row.floor_met and row.goal_met for row in refused_all)
    # A tenth of the prints look like the best of people: inside the floor, outside the goal.
    some = np.concatenate([np.full(4, 2.0), np.zeros(36)])
    (own, _) = left_out_rows(read_left_out(left_out_file(tmp_path / "l.npz", some, beside=beside)))
    assert (own.floor_met, own.goal_met) == (True, False)
    assert own.worst_at_floor[0] == "print"
    assert own.worst_at_floor[1].errors == 4


def test_a_threshold_that_refuses_this_sources_people_does_not_meet_the_floor(tmp_path: Path) -> None:
    path = left_out_file(tmp_path / "l.npz", np.zeros(40))
    stored: dict[str, Any] = dict(np.load(path))
    stored["here"][:40] -= 0.5
    np.savez(path, **stored)
    by_whose = {row.threshold_of: row for row in left_out_rows(read_left_out(path))}
    assert by_whose["own"].floor_met
    assert not by_whose["others"].floor_met
    refused = by_whose["others"].bpcer_at_floor
    assert refused is not None
    assert (refused.value or 0) > 0.1


def test_scores_that_cannot_be_used_say_why(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no scores"):
        read_left_out(tmp_path / "none.npz")
    np.savez(
        tmp_path / "x.npz",
        elsewhere=np.zeros(3),
        label=np.zeros(3),
        source=np.array(["a"] * 3),
        species=np.array(["b"] * 3),
    )
    with pytest.raises(BadInput, match="names no source"):
        read_left_out(tmp_path / "x.npz")
    np.savez(
        tmp_path / "x.npz", a=np.zeros(2), label=np.zeros(3), source=np.array(["a"] * 3), species=np.array(["b"] * 3)
    )
    with pytest.raises(BadInput, match="2 scores"):
        read_left_out(tmp_path / "x.npz")
