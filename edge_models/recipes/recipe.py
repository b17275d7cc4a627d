"""A recipe is data: one TOML per model, read once, handed to each step."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STEPS = ("teach", "ensemble", "distil", "quantise", "evaluate", "gate", "release")


class RecipeInvalid(Exception):
    """A recipe file cannot be used."""


@dataclass(frozen=True)
class Recipe:
    """What a recipe file says: the model, the seed, one table per step and the card's texts."""

    model: str
    version: str
    seed: int
    path: Path
    sha256: str
    steps: dict[str, dict[str, Any]]
    card: dict[str, Any]


@dataclass(frozen=True)
class Workshop:
    """A recipe together with the places where a step finds its data and leaves its results."""

    recipe: Recipe
    data: Path
    work: Path
    threads: int

    @property
    def candidate(self) -> Path:
        """Give the folder in which a release takes shape: what is in it ships only after the gate and a signature."""
        return self.work / "candidate"

    def settings(self, step: str) -> dict[str, Any]:
        """Give the recipe's table for a step."""
        return self.recipe.steps[step]


def read_recipe(path: Path) -> Recipe:
    """Read a ``recipe.toml``. Raises ``RecipeInvalid``."""
    try:
        content = path.read_bytes()
        table = tomllib.loads(content.decode())
        return Recipe(
            model=table["model"],
            version=table["version"],
            seed=table["seed"],
            path=path,
            sha256=hashlib.sha256(content).hexdigest(),
            steps={step: table.get(step, {}) for step in STEPS},
            card=table["card"],
        )
    except OSError as error:
        raise RecipeInvalid(f"{path} cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RecipeInvalid(f"{path} cannot be read ({error})") from error
    except KeyError as error:
        raise RecipeInvalid(f"{path} lacks {error}") from error
