"""Fit two trunks to two teachers without any source of attacks; then let labels move their last blocks a little.

What comes before the labels saw no frame of a source with attacks, so each of these sources tests it as one left out.
The labels reach the last blocks only, from 8 x 8 and 5 x 5 values on, and are blended with what was there before: what
a small data set could teach more is which room and which camera a frame comes from. That stage runs again without each
source, and ``left_out.npz`` keeps what these students say.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from edge_models.recipes.face_pad import free
from edge_models.recipes.face_pad.following import followed
from edge_models.recipes.face_pad.graph import GraphNetwork, read_teacher
from edge_models.recipes.face_pad.labelling import Lesson, Values, blended, late_odds, odds_of, targets, trained
from edge_models.recipes.face_pad.network import (
    WIDE_TEACHER,
    PadNetwork,
    from_teachers,
    halves,
    leaner,
    load,
    save,
    teachers_whole,
    whole,
)
from edge_models.recipes.face_pad.teach import PLAIN, third_path
from edge_models.recipes.face_pad.views import Floats, Loose, Rows, Views, tensor
from edge_models.recipes.recipe import Workshop
from edge_models.runtime.port import Pixels

log = logging.getLogger("recipes")
_LATE = (8, 5)
"""sides of the maps from which on labels reach the near and the wide trunk"""


def run(workshop: Workshop) -> None:
    """Write ``free.pt`` (no label, no source of attacks), ``student.pt``, and ``left_out.npz``."""
    settings, seed = workshop.settings("distil"), workshop.recipe.seed
    torch.set_num_threads(workshop.threads)
    free.run(workshop)
    views, loose = Views(workshop.work), Loose(workshop.work)
    start = load(_free(workshop, loose))
    early, late = halves(start, _LATE)
    parts = [(name, workshop.work / f"late_without_{name}.pt") for name in ("all", *settings["leave_out"])]
    if not all(path.exists() for _, path in parts):
        values = early_values(workshop.work, early, (views.near, views.wide), "views")
        kept = early_values(workshop.work, early, (loose.near, loose.wide), "free")
        target = targets(views, _guides(workshop, views), float(settings["sure"]))
        lesson = Lesson(views, values, target, kept, late_odds(late, kept, np.arange(len(loose.near))))
        for name, path in parts:
            if not path.exists():
                rows = np.flatnonzero(~views.held & (views.source != name))
                save(trained(late, lesson, rows, settings, seed), path)
    early, _ = halves(_lean(workshop, loose, start), _LATE)
    values = early_values(workshop.work, early, (views.near, views.wide), "views")
    share, plain = float(settings["blend"]), np.flatnonzero(views.kind == PLAIN)
    untouched = late_odds(late, values, np.arange(len(views.label)))
    np.save(workshop.work / "free_odds.npy", untouched)
    scores: dict[str, Floats] = {}
    for name, path in parts:
        if name == "all":
            save(whole(early, blended(late, load(path), share)), workshop.work / "student.pt")
            continue
        log.info("without %s, no label: %s", name, said(untouched, views, name))
        for part in sorted({0.25, 0.5, 0.75, 1.0, share}):
            given = np.full(len(views.label), np.nan)
            given[plain] = late_odds(blended(late, load(path), part), values, plain)
            log.info("without %s, %.2f of the labels' way: %s", name, part, said(given, views, name))
            if part == share:
                scores[name] = given
    np.savez(workshop.work / "left_out.npz", **scores)  # type: ignore[arg-type,unused-ignore]


def said(scores: Floats, views: Views, source: str) -> str:
    """Say how a source that was left out fares at 5 and 10 % of its own bona fide frames refused, and of the others'."""
    plain, own = views.kind == PLAIN, views.source == source
    parts = []
    for whose, bona_fide in (
        ("own", plain & own & (views.label == 0)),
        ("others", plain & (views.label == 0) & views.held & ~own & (views.source != "masked")),
    ):
        for rate in (0.05, 0.1) if bona_fide.sum() >= 20 else ():
            threshold = float(np.quantile(scores[bona_fide], rate))
            for label, name in ((1, "print"), (2, "screen")):
                attacks = plain & own & (views.label == label)
                if attacks.sum() >= 20:
                    share = float((scores[attacks] >= threshold).mean())
                    parts.append(f"{whose} {rate:.0%} {name} {share:.3f}")
            refused = plain & own & (views.label == 0)
            if whose == "others" and refused.sum() >= 20:
                parts.append(f"bona fide refused {float((scores[refused] < threshold).mean()):.3f}")
    return ", ".join(parts)


def _free(workshop: Workshop, loose: Loose) -> Path:
    """Fit both trunks, then draw the wide one further towards its teacher."""
    settings, seed, work = workshop.settings("distil"), workshop.recipe.seed, workshop.work
    path = work / "free.pt"
    if path.exists():
        return path
    third, wide = third_path(workshop), workshop.data / "teachers" / WIDE_TEACHER
    rows = [_fitting_rows(loose, int(settings[name]["crops"]), seed) for name in ("near", "wide")]
    if not (work / "pruned.pt").exists():
        crops = tensor(loose.near[rows[0][0]]), tensor(loose.wide[rows[1][1]])
        save(from_teachers(third, wide, crops, settings, seed), work / "pruned.pt")
    student = load(work / "pruned.pt")
    log.info("%d parameters", sum(p.numel() for p in student.parameters()))
    teacher, head = read_teacher(wide)
    opened = loose.open()
    # twice those with a surround, and a third of those without: the wide trunk is there for surrounds
    often = np.concatenate([np.flatnonzero(opened)] * 2 + [np.flatnonzero(~opened)[::3]])
    student.wide = followed(
        student.wide,
        teacher,
        head,
        loose.wide[often],
        minutes=float(settings["follow_minutes"]),
        learning_rate=float(settings["follow_rate"]),
        batch=int(settings["follow_batch"]),
        checkpoint=work / "follow.ckpt",
        threads=workshop.threads,
        seed=seed,
    )
    save(student, path)
    return path


def _lean(workshop: Workshop, loose: Loose, start: PadNetwork) -> PadNetwork:
    """Give the student with fewer channels in its early blocks, from disk when it is there."""
    settings, seed = workshop.settings("distil")["lean"], workshop.recipe.seed
    path = workshop.work / "lean.pt"
    if not path.exists():
        near, wide = _fitting_rows(loose, int(settings["crops"]), seed + 3)
        save(leaner(start, (tensor(loose.near[near]), tensor(loose.wide[wide])), settings, seed), path)
    return load(path)


def _fitting_rows(loose: Loose, count: int, seed: int) -> tuple[Rows, Rows]:
    """Choose crops to fit on: for the near trunk three quarters with a surround, for the wide one with a surround only."""
    rng, opened = np.random.default_rng(seed), loose.open()
    far, close = np.flatnonzero(opened), np.flatnonzero(~opened)
    near = [rng.choice(far, 3 * count // 4, replace=False), rng.choice(close, count // 4, replace=False)]
    return np.sort(np.concatenate(near)), np.sort(rng.choice(far, count, replace=False))


@torch.no_grad()
def early_values(work: Path, early: list[GraphNetwork], crops: tuple[Pixels, Pixels], name: str) -> Values:
    """Give what the frozen parts make of views, from disk when these parts made them before."""
    given: list[NDArray[np.float16]] = []
    for part, stack in zip(early, crops, strict=True):
        weights = b"".join(value.numpy().tobytes() for value in part.state_dict().values())
        path = work / f"early_{name}_{hashlib.sha256(weights).hexdigest()[:12]}.npy"
        if not path.exists():
            part = part.to(memory_format=torch.channels_last)  # type: ignore[call-overload,unused-ignore]
            groups = np.array_split(np.arange(len(stack)), max(1, len(stack) // 64))
            np.save(path, torch.cat([part(tensor(stack[rows])).half() for rows in groups]).numpy())
        given.append(np.load(path))
    return Values(given[0], given[1])


@torch.no_grad()
def _guides(workshop: Workshop, views: Views) -> Floats:
    """Give the log odds of the two teachers joined as the student joins its trunks, from disk when they are there."""
    path = workshop.work / "guides.npy"
    if not path.exists():
        teachers = teachers_whole(third_path(workshop), workshop.data / "teachers" / WIDE_TEACHER)
        groups = np.array_split(np.arange(len(views.label)), max(1, len(views.label) // 64))
        logits = [teachers.answers(tensor(views.near[rows]), tensor(views.wide[rows]))[0] for rows in groups]
        np.save(path, odds_of(torch.cat(logits)).double().numpy())
    return np.asarray(np.load(path), np.float64)
