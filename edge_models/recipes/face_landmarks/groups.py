"""Results by age band, sex and origin, and the gap between groups."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_models.recipes.face_landmarks.distil import five_error, point_error
from edge_models.recipes.face_landmarks.report_sets import groups_of

SMALLEST = 20


def by_group(
    names: list[str],
    said: list[NDArray[Any]],
    wanted: NDArray[Any],
    pose: NDArray[Any],
    state: NDArray[Any],
) -> dict[str, Any]:
    """Give NME, five-point error, pose error and eye openings of each group, and the largest gap between groups.

    Open eyes: those that the teacher's lids say are open on at least 0.6 of the way, so that a blink is not counted.
    """
    points, angles, states = said
    errors, fives = point_error(points, wanted), five_error(points, wanted).mean(1)
    apart = np.abs(angles - pose).mean(1)
    eyes = np.clip(states[:, :2], 0, 1).mean(1)
    opened = state[:, :2].min(1) > 0.5
    groups = [groups_of(name) for name in names]
    table: dict[str, Any] = {}
    for kind in ("age", "sex", "origin"):
        values = sorted({group[kind] for group in groups if kind in group})
        rows: dict[str, dict[str, Any]] = {}
        for value in values:
            member = np.array([group.get(kind) == value for group in groups])
            if member.sum() < SMALLEST:
                continue
            awake = member & opened
            rows[value] = {
                "faces": int(member.sum()),
                "nme_percent": errors[member].mean(),
                "five_points_percent": fives[member].mean(),
                "pose_mae_degrees": apart[member].mean(),
                "eyes_open_teacher_median": np.median(state[awake, :2].mean(1)),
                "eyes_open_median": np.median(eyes[awake]),
                "eyes_open_percentile_5": np.percentile(eyes[awake], 5),
                "open_eyes_read_below_half": float((eyes[awake] < 0.5).mean()),
            }
        keys = ("nme_percent", "five_points_percent", "pose_mae_degrees", "eyes_open_median")
        table[kind] = rows
        table[f"{kind}_gap"] = {
            key: max(row[key] for row in rows.values()) - min(row[key] for row in rows.values()) for key in keys
        }
    return table
