from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs torch, which a kiosk does not have")

import torch

from edge_models.recipes.face_pad import attacks, damage
from edge_models.recipes.face_pad.attacks import Portrait, Shown
from edge_models.recipes.face_pad.distil import said
from edge_models.recipes.face_pad.fitting import enlarged, fitted, without_slopes
from edge_models.recipes.face_pad.following import stages
from edge_models.recipes.face_pad.frames import Frame, Seen, apart
from edge_models.recipes.face_pad.graph import GraphNetwork, Node, enlarging, fold, join, split
from edge_models.recipes.face_pad.labelling import Lesson, Values, blended, odds_of, targets, trained
from edge_models.recipes.face_pad.network import FoldedNetwork, PadNetwork, halves, load, save, whole
from edge_models.recipes.face_pad.teach import PLAIN, SIMULATED, VARIED, log_odds
from edge_models.recipes.face_pad.views import Views
from edge_models.runtime.port import Pixels
from edge_models.tasks.face_pad import WIDE, cut


def trunk(seed: int) -> GraphNetwork:
    """A small network of the teachers' kinds of layers: 80 -> 20 -> 10 -> features."""
    random = torch.Generator().manual_seed(seed)

    def w(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=random) * 0.2

    nodes = [
        Node("Conv", ("input", "w1", "b1"), "v1", stride=4, padding=1),
        Node("Relu", ("v1",), "v2"),
        Node("Conv", ("v2", "w2", "b2"), "v3", stride=2, padding=1),
        Node("Conv", ("v3", "w3", "b3"), "v4"),
        Node("Relu", ("v4",), "v5"),
        Node("Conv", ("v5", "w4", "b4"), "v6", groups=8),
        Node("Add", ("v3", "v5"), "v7"),
        Node("Conv", ("v7", "w5", "b5"), "v8", stride=10),
        Node("Flatten", ("v8",), "v9"),
        Node("MatMul", ("v9", "w6"), "v10"),
        Node("Add", ("v10", "bias"), "v11"),
    ]
    weights = {
        "w1": w(8, 3, 4, 4) * 0.01, "b1": w(8), "w2": w(8, 8, 3, 3), "b2": w(8), "w3": w(8, 8, 1, 1), "b3": w(8),
        "w4": w(8, 1, 1, 1), "b4": w(8), "w5": w(16, 8, 10, 10), "b5": w(16), "w6": w(16, 128), "bias": w(1, 128),
    }  # fmt: skip
    network = GraphNetwork(nodes, weights)
    network.eval()
    return network


@pytest.fixture
def student() -> PadNetwork:
    made = PadNetwork(trunk(1), trunk(2), [torch.randn(128, 4), torch.randn(128, 4)])
    made.eval()
    return made


@pytest.fixture
def crops() -> tuple[torch.Tensor, torch.Tensor]:
    random = torch.Generator().manual_seed(3)
    return torch.rand(5, 3, 80, 80, generator=random) * 255, torch.rand(5, 3, 80, 80, generator=random) * 255


def test_parted_trunk_joined_again_is_the_same(crops: tuple[torch.Tensor, torch.Tensor]) -> None:
    network = trunk(1)
    early, late = split(network, 10)
    assert early(crops[0]).shape == (5, 8, 10, 10)
    assert torch.allclose(late(early(crops[0])), network(crops[0]))
    assert torch.allclose(join(early, late)(crops[0]), network(crops[0]))
    with pytest.raises(ValueError, match="7 x 7"):
        split(network, 7)


def test_halves_make_the_whole_student(
    student: PadNetwork, crops: tuple[torch.Tensor, torch.Tensor], tmp_path: Path
) -> None:
    early, late = halves(student, (10, 10))
    logits, features = late.answers(early[0](crops[0]), early[1](crops[1]))
    assert torch.allclose(logits, student.answers(*crops)[0])
    assert features.shape == (5, 256)
    again = whole(early, late)
    assert torch.allclose(again(*crops), student(*crops))
    save(again, tmp_path / "student.pt")
    assert torch.allclose(load(tmp_path / "student.pt")(*crops), student(*crops))


def test_folded_student_gives_the_same_and_its_shift_moves_bona_fide(
    student: PadNetwork, crops: tuple[torch.Tensor, torch.Tensor]
) -> None:
    folded = FoldedNetwork(student).eval()
    before, alone = folded(*crops)
    assert torch.allclose(before, student(*crops), atol=1e-5)
    assert torch.allclose(before.sum(1), torch.ones(5))
    # both scales together lie between what each says alone
    odds = torch.logit(alone, 1e-6)
    assert alone.shape == (5, 2)
    assert bool((odds.min(1).values <= odds.max(1).values).all())
    folded.shift[0] = 1.0
    after, moved = folded(*crops)
    assert bool((after[:, 0] >= before[:, 0]).all())
    assert bool((moved >= alone).all())


def test_log_odds_of_logits() -> None:
    logits = np.array([[1.0, 2.0, 0.5], [-3.0, 4.0, 0.0]])
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    assert np.allclose(log_odds(logits, bona_fide=1), np.log(shares[:, 1] / (1 - shares[:, 1])), atol=1e-5)
    assert torch.allclose(
        odds_of(torch.tensor([[2.0, 1.0, 0.5, 0.5]])),
        torch.tensor(2.0) - torch.logsumexp(torch.tensor([1, 0.5, 0.5]), 0),
    )


def views(**arrays: Any) -> Views:
    made = cast("Any", object.__new__(Views))
    for name, values in arrays.items():
        setattr(made, name, np.array(values))
    return cast("Views", made)


def test_labels_move_what_the_teachers_say_and_never_to_the_other_side() -> None:
    given = views(
        label=[0, 0, 1, 2, 1, 0],
        kind=[PLAIN, PLAIN, PLAIN, VARIED, SIMULATED, VARIED],
        margins=np.repeat([[5.0], [-2.0], [3.0], [-4.0], [4.0], [-3.0]], 3, axis=1),
    )
    wanted = targets(given, given.teachers, 1.5)
    # sure teachers stay, wrong ones are moved over; a simulation and a damaged face move them half of the way
    assert wanted == pytest.approx([5.0, 1.5, -1.5, -4.0, 1.25, -0.75])


def test_bona_fide_for_thresholds_is_apart_plain_and_not_masked() -> None:
    given = views(
        label=[0, 0, 0, 0, 1],
        kind=[PLAIN, PLAIN, VARIED, PLAIN, PLAIN],
        held=[True, False, True, True, True],
        source=["kp68", "kp68", "kp68", "masked", "nuaa"],
    )
    assert given.bona_fide_apart().tolist() == [0]


def sloped(seed: int) -> GraphNetwork:
    """A trunk of the teachers' kind: stem, a block that is added to what came in, a last block; PReLU, some steep."""
    random = torch.Generator().manual_seed(seed)

    def w(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=random) * 0.3

    def slope(count: int) -> torch.Tensor:
        return torch.where(torch.rand(count, generator=random) < 0.4, 0.5, 0.0).reshape(count, 1, 1)

    nodes = [
        Node("Conv", ("input", "w1", "b1"), "v1", stride=2, padding=1),
        Node("PRelu", ("v1", "s1"), "v2"),
        Node("Conv", ("v2", "w2", "b2"), "v3", padding=1, groups=8),
        Node("PRelu", ("v3", "s2"), "v4"),
        Node("Conv", ("v4", "w3", "b3"), "v5"),
        Node("Conv", ("v5", "w4", "b4"), "v6"),
        Node("PRelu", ("v6", "s3"), "v7"),
        Node("Conv", ("v7", "w5", "b5"), "v8", padding=1, groups=12),
        Node("PRelu", ("v8", "s4"), "v9"),
        Node("Conv", ("v9", "w6", "b6"), "v10"),
        Node("Add", ("v5", "v10"), "v11"),
        Node("Conv", ("v11", "w7", "b7"), "v12"),
        Node("PRelu", ("v12", "s5"), "v13"),
        Node("Conv", ("v13", "w8", "b8"), "v14", groups=16),
        Node("Flatten", ("v14",), "v15"),
        Node("MatMul", ("v15", "w9"), "v16"),
        Node("Add", ("v16", "bias"), "v17"),
    ]
    weights = {
        "w1": w(8, 3, 3, 3), "b1": w(8), "s1": slope(8), "w2": w(8, 1, 3, 3), "b2": w(8), "s2": slope(8),
        "w3": w(6, 8, 1, 1), "b3": w(6), "w4": w(12, 6, 1, 1), "b4": w(12), "s3": slope(12), "w5": w(12, 1, 3, 3),
        "b5": w(12), "s4": slope(12), "w6": w(6, 12, 1, 1), "b6": w(6), "w7": w(16, 6, 1, 1), "b7": w(16),
        "s5": slope(16), "w8": w(16, 1, 8, 8), "b8": w(16), "w9": w(16, 128), "bias": w(1, 128),
    }  # fmt: skip
    network = GraphNetwork(nodes, weights)
    network.eval()
    return network


@pytest.fixture
def small() -> torch.Tensor:
    return torch.randn(40, 3, 16, 16, generator=torch.Generator().manual_seed(5))


def test_slopes_after_the_depthwise_convolution_go_without_a_loss(small: torch.Tensor) -> None:
    teacher = sloped(1)
    # PReLU before the depthwise convolutions stays, those after it become ReLU channels: nothing is lost
    trunk_ = fitted(teacher, small, lambda channels: 2 * channels, stay=(0, 2, 4))
    assert [node.kind for node in trunk_.nodes].count("PRelu") == 3
    assert torch.allclose(trunk_(small), teacher(small), atol=0.02)


def test_fewer_channels_are_worse_and_still_much_like_the_teacher(small: torch.Tensor) -> None:
    teacher = sloped(2)

    def missed(share: float) -> float:
        given = fitted(teacher, small, lambda channels: round(share * channels), stay=(0, 2, 4))
        with torch.no_grad():
            return float((given(small) - teacher(small)).square().mean() / teacher(small).var())

    few, more = missed(0.75), missed(1.25)
    assert more <= few < 0.5


def test_layers_that_may_not_stay_become_relu(small: torch.Tensor) -> None:
    kinds = [node.kind for node in fitted(sloped(3), small, lambda channels: channels, stay=()).nodes]
    assert "PRelu" not in kinds
    assert kinds.count("Relu") == 5


def test_turned_channels_stand_for_slopes_exactly(small: torch.Tensor) -> None:
    network = fitted(sloped(4), small, lambda channels: channels, stay=(0, 2))
    plain = without_slopes(network)
    assert "PRelu" not in [node.kind for node in plain.nodes]
    assert torch.allclose(plain(small), network(small), atol=1e-4)


def test_fitting_again_keeps_what_the_trunk_gives(small: torch.Tensor) -> None:
    # what is ReLU by now is fitted as ReLU: as many channels lose nothing, fewer lose little
    first = fitted(sloped(5), small, lambda channels: 2 * channels, stay=(0, 2, 4))
    again = fitted(first, small, lambda channels: {24: 20}.get(channels, channels), stay=(0, 1, 2))
    with torch.no_grad():
        wanted = first(small)
        assert float((again(small) - wanted).square().mean() / wanted.var()) < 0.05


def test_stages_are_what_flows_into_the_last_block() -> None:
    assert stages(sloped(1)) == ["v11"]


def test_enlarging_trunk_takes_the_smaller_crop(small: torch.Tensor) -> None:
    network = sloped(1)
    smaller = small[:, :, ::2, ::2]
    assert torch.allclose(enlarging(network, 16)(smaller), network(enlarged(smaller, 16)))
    folded, _, _ = fold(enlarging(network, 16), torch.eye(128)[:4])
    assert "Resize" not in [node.kind for node in folded.nodes]


def test_labels_move_a_student_and_blending_goes_part_of_the_way(student: PadNetwork) -> None:
    rng = np.random.default_rng(1)
    values = Values(rng.random((60, 3, 80, 80)).astype(np.float16), rng.random((60, 3, 80, 80)).astype(np.float16))
    label = np.arange(60) % 2
    given = views(label=label, kind=[PLAIN] * 60, source=["a", "b"] * 30)
    lesson = Lesson(given, values, np.where(label == 0, 3.0, -3.0), values, np.zeros(60))
    settings_ = {"average": 0.5, "steps": 8, "learning_rate": 1e-3, "batch": 8, "keep_weight": 0.0}
    moved = trained(student, lesson, np.arange(60), settings_, seed=1)
    half = blended(student, moved, 0.5)
    for first, middle, last in zip(student.parameters(), half.parameters(), moved.parameters(), strict=True):
        assert torch.allclose(middle, (first + last) / 2, atol=1e-6)
    assert all(
        torch.equal(a, b) for a, b in zip(blended(student, moved, 0).parameters(), student.parameters(), strict=True)
    )


def test_said_names_own_and_others_thresholds() -> None:
    count = 40
    given = views(
        label=[0] * count + [1] * count + [0] * count,
        kind=[PLAIN] * 3 * count,
        source=["a"] * 2 * count + ["b"] * count,
        held=[True] * 3 * count,
    )
    # the source's own people score higher than the others', its prints between
    scores = np.concatenate([np.full(count, 3.0), np.full(count, 2.0), np.full(count, 1.0)])
    line = said(scores, given, "a")
    assert "own 5% print 0.000" in line
    assert "others 5% print 1.000, bona fide refused 0.000" in line


def seen(source: str, group: str) -> Seen:
    frame = Frame(np.zeros((8, 8, 3), np.uint8), 0, source, "bona_fide", group, f"{source}/{group}")
    return Seen(frame, (1.0, 1.0, 4.0, 4.0), np.zeros((5, 2), np.float32))


def test_groups_kept_apart_are_a_quarter_of_the_labelled_sources() -> None:
    kept = [seen("nuaa", f"n{i % 12}") for i in range(50)] + [seen("kp68", f"k{i % 30}") for i in range(90)]
    chosen = apart(kept, seed=4)
    assert chosen == apart(kept, seed=4)
    assert sum(name.startswith("n") for name in chosen) == 3
    assert sum(name.startswith("k") for name in chosen) == 5


def drawn() -> Portrait:
    """A drawing of a face: no picture of anybody."""
    rows, columns = np.mgrid[0:180, 0:240].astype(np.float32)
    face = ((columns - 120) / 35) ** 2 + ((rows - 90) / 45) ** 2 < 1
    room = np.stack([90 + rows / 4, np.full_like(rows, 100), 80 + columns / 4], 2)
    picture = np.where(face[..., None], np.array([120, 150, 200]), room)
    points = np.array([[107, 78], [133, 78], [120, 92], [110, 108], [130, 108]], np.float32)
    return Portrait(picture.astype(np.uint8), (85.0, 45.0, 70.0, 90.0), points)


@pytest.mark.parametrize("kind", ["printed", "on_screen", "worn"])
@pytest.mark.parametrize("seed", range(6))
def test_simulated_attacks_show_a_face_where_they_say(kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    shown: Shown = getattr(attacks, kind)(drawn(), drawn(), rng)
    height, width = shown.picture.shape[:2]
    x, y, w, h = shown.box
    assert shown.picture.dtype == np.uint8
    assert 0 < x + w / 2 < width
    assert 0 < y + h / 2 < height
    assert cut(shown.picture, shown.box, WIDE).shape == (80, 80, 3)
    again: Shown = getattr(attacks, kind)(drawn(), drawn(), np.random.default_rng(seed))
    assert np.array_equal(shown.picture, again.picture)


@pytest.mark.parametrize("seed", range(8))
def test_damage_changes_the_picture_and_keeps_its_size(seed: int) -> None:
    portrait = drawn()
    view: Pixels = damage.photographed(portrait.picture, portrait.box, np.random.default_rng(seed))
    assert view.shape == portrait.picture.shape
    assert view.dtype == np.uint8
    assert not np.array_equal(view, portrait.picture)
