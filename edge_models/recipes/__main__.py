"""``python -m edge_models.recipes STEP --config FILE``: one step of one model's recipe."""

from __future__ import annotations

import argparse
import importlib
import logging
import sys
from pathlib import Path

from edge_models.recipes.recipe import STEPS, RecipeInvalid, Workshop, read_recipe


def main(arguments: list[str] | None = None) -> int:
    """Run a step: ``edge_models.recipes.<model>.<step>.run(workshop)``."""
    parser = argparse.ArgumentParser(prog="python -m edge_models.recipes", description=__doc__)
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("--config", type=Path, required=True, help="the model's recipe.toml")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of data and teachers")
    parser.add_argument("--work", type=Path, default=Path(".recipes"), help="where targets, checkpoints and logs go")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    try:
        recipe = read_recipe(options.config)
    except RecipeInvalid as error:
        print(f"error[RECIPE]: {error}; mend the file", file=sys.stderr)
        return 3
    if not options.data.is_dir():
        print(f"error[DATA]: no data folder at {options.data}; name it with --data", file=sys.stderr)
        return 3
    work = options.work / recipe.model
    work.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(message)s",
        handlers=[logging.StreamHandler(sys.stderr), logging.FileHandler(work / f"{options.step}.log")],
    )
    step = importlib.import_module(f"edge_models.recipes.{recipe.model}.{options.step}")
    step.run(Workshop(recipe=recipe, data=options.data.resolve(), work=work, threads=options.threads))
    return 0


if __name__ == "__main__":
    sys.exit(main())
