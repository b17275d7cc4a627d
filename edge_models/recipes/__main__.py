"""``python -m edge_models.recipes STEP --config FILE``: one step of one model's recipe.

``gate``, ``release``, ``sign`` and ``key`` are the same for every model and take options of their own (``STEP --help``).
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import sys
from pathlib import Path

from edge_models.recipes.recipe import STEPS, RecipeInvalid, Workshop, read_recipe
from edge_models.runtime.errors import GisheError

SHARED = {
    "gate": ("edge_models.recipes.gate", "main"),
    "release": ("edge_models.recipes.release", "main"),
    "sign": ("edge_models.recipes.release", "sign_main"),
    "key": ("edge_models.recipes.release", "key_main"),
}
"""steps that every model shares: module and function"""


def main(arguments: list[str] | None = None) -> int:
    """Run a step: a shared one, or ``edge_models.recipes.<model>.<step>.run(workshop)``; errors in one line."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        if given and given[0] in SHARED:
            module, function = SHARED[given[0]]
            return int(getattr(importlib.import_module(module), function)(given[1:]))
        return _model_step(given)
    except RecipeInvalid as error:
        print(f"error[RECIPE]: {error}; mend the file", file=sys.stderr)
        return 3
    except GisheError as error:
        print(" ".join(error.line().split()), file=sys.stderr)
        return error.exit_status


def _model_step(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m edge_models.recipes",
        description=__doc__,
        epilog=f"steps of their own options: {', '.join(SHARED)}",
    )
    parser.add_argument("step", choices=[step for step in STEPS if step not in SHARED])
    parser.add_argument("--config", type=Path, required=True, help="the model's recipe.toml")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of data and teachers")
    parser.add_argument("--work", type=Path, default=Path(".recipes"), help="where targets, checkpoints and logs go")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    recipe = read_recipe(options.config)
    name = f"edge_models.recipes.{recipe.model}.{options.step}"
    if importlib.util.find_spec(name) is None:
        print(
            f"error[STEP]: {recipe.model} has no step {options.step}; its README names those that it has",
            file=sys.stderr,
        )
        return 2
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
    step = importlib.import_module(name)
    step.run(Workshop(recipe=recipe, data=options.data.resolve(), work=work, threads=options.threads))
    return 0


if __name__ == "__main__":
    sys.exit(main())
