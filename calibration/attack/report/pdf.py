"""The report on paper: A4 across, summary first."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from pathlib import Path
from typing import Any

from calibration.attack.outcome import NOT_MEASURED, Outcome
from calibration.attack.packs import Scored
from calibration.attack.report.plots import det_plot
from calibration.attack.report.tables import Table, summary, tables
from calibration.attack.species import KNOWN
from kiosk.errors import BadInput, SettingsInvalid

_PAGE = (11.69, 8.27)
_LEFT, _TOP, _LINE = 0.045, 0.93, 0.0235
_SMALL = 7.2
_PER_POINT = 0.0095
"""width of one letter at ``_SMALL``, in inches per point of its size: for wrapping"""


def write_pdf(outcome: Outcome, path: Path) -> None:
    """Write the report. Raises ``SettingsInvalid`` without matplotlib, ``BadInput`` when the file cannot be written."""
    try:
        from matplotlib.backends.backend_pdf import PdfPages
        from matplotlib.figure import Figure
    except ImportError as error:
        raise SettingsInvalid(
            "--report needs matplotlib", hint="install the report extra: pip install 'gishe[report]'"
        ) from error
    try:
        with PdfPages(path, metadata={"Title": "Attack bench", "Creator": outcome.software}) as pages:
            writer = _Writer(pages, Figure, outcome)
            writer.first_page()
            writer.plots()
            for table in tables(outcome):
                writer.table(table)
            writer.species()
            writer.end()
    except OSError as error:
        raise BadInput(f"{path} cannot be written ({error.strerror})") from error


class _Writer:
    """Fills pages from top to bottom."""

    def __init__(self, pages: Any, figure: Any, outcome: Outcome) -> None:
        self._pages = pages
        self._figure_class = figure
        self._outcome = outcome
        self._number = 0
        self._figure: Any = None
        self._y = 0.0

    def first_page(self) -> None:
        """Write what was measured, what counts, and what is not measured."""
        outcome = self._outcome
        self._new_page()
        self._figure.text(_LEFT, self._y, "Attack bench", fontsize=18, weight="bold")
        self._y -= 1.4 * _LINE
        self._words(
            f"Presentation attack detection in the form of ISO/IEC 30107-3:2023; no accredited evaluation. "
            f"{outcome.software}, {outcome.taken:%Y-%m-%d %H:%M} UTC. Every presentation went through the kiosk's own session; "
            "those that show no gesture were judged by the PAD subsystem alone."
        )
        self._heading("Summary")
        for line in summary(outcome):
            self._words("- " + line)
        self._heading("Not measured")
        for line in NOT_MEASURED:
            self._words("- " + line)
        self._heading("Models")
        self._words(", ".join(f"{name} {version} ({digest[:12]})" for name, version, digest in outcome.models))
        self._heading("How to read it")
        self._words(
            "APCER: attacks that the PAD subsystem took for bona fide, by species; the worst counts. BPCER: bona fide "
            "presentations that it took for attacks. APNRR, BPNRR: presentations without an answer. IAPAR: attacks that the "
            "whole session approved. RIAPAR: IAPAR + FRR. Intervals: Clopper and Pearson, 95 %; of sums, both at 97.5 %."
        )

    def plots(self) -> None:
        """Draw the trade-off of each check with scores, and of the packs by source."""
        packs = _by_source(self._outcome.packs)
        if not self._outcome.scores and not packs:
            return
        self._close()
        figure = self._new_figure()
        shown = [
            (self._outcome.scores, "Presentations without injections: each check by itself"),
            (packs, "Picture packs: PAD score of single pictures"),
        ]
        shown = [(scores, title) for scores, title in shown if scores]
        figure.subplots_adjust(left=0.07, right=0.97, bottom=0.12, top=0.9, wspace=0.2)
        for number, (scores, title) in enumerate(shown, start=1):
            det_plot(figure.add_subplot(1, 2, number), scores, title)
        self._pages.savefig(figure)

    def table(self, table: Table) -> None:
        """Write a table, on as many pages as it needs."""
        if self._figure is None:
            self._new_page()
        self._heading(table.title, room=4)
        self._row(table.columns, table.wide, bold=True)
        for row in table.rows:
            self._row(row, table.wide)

    def species(self) -> None:
        """Explain the species that were presented."""
        shown = {one.species for one in self._outcome.results if not one.bona_fide}
        named = [KNOWN[name] for name in sorted(shown & KNOWN.keys())]
        if named:
            rows = [
                (one.name, one.potential, "injection" if one.injection else "presentation", one.says) for one in named
            ]
            self.table(Table("Species", ("name", "potential", "kind", "is"), rows, (0.18, 0.1, 0.12, 0.6)))

    def end(self) -> None:
        """Write the last page out."""
        self._close()

    def _new_figure(self) -> Any:
        self._number += 1
        figure = self._figure_class(figsize=_PAGE)
        figure.text(0.955, 0.02, str(self._number), fontsize=7, ha="right", color="#666666")
        return figure

    def _new_page(self) -> None:
        self._close()
        self._figure = self._new_figure()
        self._y = _TOP

    def _close(self) -> None:
        if self._figure is not None:
            self._pages.savefig(self._figure)
            self._figure = None

    def _room(self, lines: float) -> None:
        if self._figure is None or self._y - lines * _LINE < 0.045:
            self._new_page()

    def _heading(self, text: str, room: int = 2) -> None:
        self._room(room + 1)
        self._y -= 0.9 * _LINE
        self._figure.text(_LEFT, self._y, text, fontsize=10, weight="bold")
        self._y -= 1.2 * _LINE

    def _words(self, text: str) -> None:
        for line in textwrap.wrap(text, 172):
            self._room(1)
            self._figure.text(_LEFT, self._y, line, fontsize=8)
            self._y -= _LINE

    def _row(self, cells: tuple[str, ...], wide: tuple[float, ...], *, bold: bool = False) -> None:
        """Write a row; each cell is wrapped to its column."""
        width = 1 - 2 * _LEFT
        letters = [max(4, int(share * width * _PAGE[0] / (_SMALL * _PER_POINT * 0.82))) for share in wide]
        wrapped = [textwrap.wrap(cell, of) or [""] for cell, of in zip(cells, letters, strict=True)]
        high = max(len(lines) for lines in wrapped)
        self._room(0.8 * high)
        x = _LEFT
        for lines, share in zip(wrapped, wide, strict=True):
            for number, line in enumerate(lines):
                place = self._y - 0.8 * number * _LINE
                self._figure.text(x, place, line, fontsize=_SMALL, weight="bold" if bold else "normal")
            x += share * width
        self._y -= (0.8 * high + 0.25) * _LINE


def _by_source(packs: Any) -> dict[str, tuple[list[float], list[float]]]:
    sides: dict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    one: Scored
    for one in packs:
        if one.score is not None:
            sides[one.source][1 if one.species else 0].append(one.score)
    return {source: of for source, of in sorted(sides.items()) if len(of[0]) >= 20 and len(of[1]) >= 20}
