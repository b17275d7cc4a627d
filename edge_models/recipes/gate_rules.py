"""The ``[gate]`` table of a recipe: which figures count, which way is better, how much may be lost."""

from __future__ import annotations

import tomllib
from math import isnan
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from edge_models.recipes.recipe import Recipe, RecipeInvalid
from edge_models.runtime.golden import TOLERANCE


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Where(_Part):
    """A place in ``accuracy.toml``: a dotted TOML key in which ``{precision}`` and ``{engine}`` stand for what they say."""

    path: str

    def name(self, precision: str, engine: str) -> str:
        """Give the key for one precision (``int8``, ``fp32``) and one engine."""
        return self.path.replace("{precision}", precision).replace("{engine}", engine)

    def value(self, figures: dict[str, Any], precision: str, engine: str) -> float | None:
        """Give the number that stands there, or None."""
        place: Any = tomllib.loads(f"{self.name(precision, engine)} = 0")
        found: Any = figures
        while isinstance(place, dict):
            ((key, place),) = place.items()
            if not isinstance(found, dict) or key not in found:
                return None
            found = found[key]
        usable = isinstance(found, int | float) and not isinstance(found, bool) and not isnan(found)
        return float(found) if usable else None


class Figure(Where):
    """One figure that counts, with what may be lost of it."""

    higher_is_better: bool
    int8_loss_allowed: float = Field(ge=0, description="INT8 against FP32 in the same engine")
    regression_allowed: float = Field(ge=0, description="against the release that is replaced, same engine")
    engines_apart_allowed: float = Field(ge=0, description="INT8 in one engine against the other")
    limit: float | None = Field(default=None, description="nothing worse ships")

    def worse(self, value: float, other: float) -> float:
        """Give by how much the value is worse than the other; below 0 it is better."""
        return other - value if self.higher_is_better else value - other


class Time(Where):
    """Milliseconds of one run on one core."""

    limit_ms: float = Field(gt=0)


class GateRules(_Part):
    """The whole table."""

    size_limit: int = Field(gt=0, description="bytes of the network's file")
    golden_tolerance: float = Field(
        default=TOLERANCE, gt=0, description="see edge_models.runtime.golden.largest_difference"
    )
    det: bool = Field(default=False, description="whether score distributions (det.npz) are part of the release")
    time: Time
    figures: tuple[Figure, ...] = Field(min_length=1)


def read_rules(recipe: Recipe) -> GateRules:
    """Give a recipe's rules. Raises ``RecipeInvalid``."""
    try:
        rules = GateRules.model_validate(recipe.steps.get("gate", {}))
        for where in (*rules.figures, rules.time):
            where.value({}, "int8", "open_vino")
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise RecipeInvalid(f"{recipe.path}: [gate] {place}: {first['msg']}") from error
    except tomllib.TOMLDecodeError as error:
        raise RecipeInvalid(f"{recipe.path}: [gate] names a path that is no TOML key ({error})") from error
    return rules
