"""The report for a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table as RichTable

from calibration.attack.outcome import NOT_MEASURED, Outcome
from calibration.attack.report.tables import summary, tables


def print_report(outcome: Outcome, out: Console) -> None:
    """Print summary, tables and what is not measured on stdout."""
    # A pipe has no width of its own: a table that is cut off helps nobody.
    if not out.is_terminal:
        out = Console(file=out.file, highlight=False, markup=False, width=200)
    for line in summary(outcome):
        out.print(line)
    for table in tables(outcome):
        out.print()
        out.print(table.title, style="bold", soft_wrap=True)
        rich = RichTable(box=None, pad_edge=False)
        for name in table.columns:
            rich.add_column(name, overflow="fold")
        for row in table.rows:
            rich.add_row(*row)
        out.print(rich)
    out.print()
    for line in NOT_MEASURED:
        out.print(f"not measured: {line}")
