"""``python -m edge_models.recipes.compression make|measure|table``: the rows, their figures, the page.

``make --config ROW.toml ...`` makes rows in the order given (those that stand are left alone); ``measure`` measures what
stands, ``table`` writes the table and the plot into ``docs/``. Needs ``crops.npy`` and ``targets.npz``, as the ``teach``
step of ``face_embedding`` leaves them, in ``<work>/compression``.
"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from edge_models.recipes.compression.rows import RowInvalid, read_row, read_rows

ROWS = Path(__file__).parent / "rows"


def main(arguments: list[str] | None = None) -> int:
    """Run one step."""
    parser = argparse.ArgumentParser(prog="python -m edge_models.recipes.compression", description=__doc__)
    parser.add_argument("step", choices=("make", "measure", "table"))
    parser.add_argument("--config", type=Path, nargs="*", help="row files; all rows when left out")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of data and teachers")
    parser.add_argument("--work", type=Path, default=Path(".recipes"), help="where crops, rows and logs lie")
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="where the page and the plot go")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    try:
        rows = [read_row(path) for path in options.config] if options.config else read_rows(ROWS)
    except RowInvalid as error:
        print(f"error[ROW]: {error}; mend the file", file=sys.stderr)
        return 3
    work = options.work / "compression"
    work.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(message)s",
        handlers=[logging.StreamHandler(sys.stderr), logging.FileHandler(work / f"{options.step}.log")],
    )
    if options.step == "table":
        from edge_models.recipes.compression.table import write_page

        write_page(rows, work, options.docs)
        return 0
    from edge_models.recipes.face_embedding.crops import read_crops

    crops = read_crops(work)
    if options.step == "make":
        import torch

        from edge_models.recipes.compression.making import is_made, make

        torch.set_num_threads(options.threads)
        for row in rows:
            if not is_made(row, work / row.name):
                make(row, work / row.name, work, crops, options.data)
        return 0
    from edge_models.recipes.compression.measure import measure

    measure(rows, work, crops, options.data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
