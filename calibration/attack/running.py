"""One run of the bench: everything that was named, one after another."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console

from calibration.attack.deck import find_presentations
from calibration.attack.judged import Judged
from calibration.attack.keeping import Progress
from calibration.attack.outcome import Outcome
from calibration.attack.pack_figures import BPCERS, by_source, left_out_rows, read_left_out
from calibration.attack.packs import find_packs, score_pack
from calibration.attack.presentation import Presentation
from calibration.attack.presenting import Bench, bench_settings
from edge_models.runtime.errors import RateUnsupported
from kiosk import __version__
from kiosk.analysis.pipeline import Analyst
from kiosk.errors import BadInput
from kiosk.settings import Settings


@dataclass(frozen=True)
class Wanted:
    """What is asked for."""

    settings: Settings
    paths: Sequence[Path]
    seed: int
    left_out: Path | None = None
    progress: Path = Path("attack-bench.progress.jsonl")
    resume: bool = False
    only: str = ""
    """part of the names of the presentations that are made; "" for all"""


def run_bench(wanted: Wanted, err: Console, now: datetime) -> Outcome:
    """Present everything and count.

    Raises ``BadInput`` for a path or deck that cannot be used, and the errors of profile and models; a film that cannot
    be read is a line of the report.
    """
    left_out = left_out_rows(read_left_out(wanted.left_out)) if wanted.left_out is not None else []
    packs: list[Path] = []
    presentations: list[Presentation] = []
    for path in wanted.paths:
        found = find_packs(path) if path.exists() else []
        packs += found
        if not found:
            presentations += find_presentations(path)
    presentations = [one for one in presentations if wanted.only in one.name]
    twice = [key for key, count in Counter(map(_key, presentations)).items() if count > 1]
    if twice:
        raise BadInput(f"two presentations are called '{twice[0][1]}'", hint="give each its own 'name' in the deck")
    if not packs and not presentations and not left_out:
        without = f": no name holds '{wanted.only}' (--only)" if wanted.only else ""
        raise BadInput(f"there is nothing to present{without}", hint="name folders, films, packs or the deck 'demo'")
    with bench_settings(wanted.settings) as settings:
        bench = Bench(settings, wanted.seed)
        models = tuple((model.name, model.version, model.sha256) for model in bench.models.in_use)
        progress = Progress(wanted.progress, _made_of(wanted, models, bench), resume=wanted.resume)
        try:
            _present(presentations, bench, progress, err)
        except KeyboardInterrupt:
            err.print("stopped: the report holds what was presented so far; --resume goes on from here")
            packs = []
        unreadable = []
        for pack in packs:
            if pack.stem in progress.packs:
                continue
            try:
                progress.add_pack(pack.stem, score_pack(Analyst(bench.models), pack, _counted(err, pack)))
            except BadInput as error:
                unreadable.append(error.line())
                err.print(error.line())
        scored = [one for pack in packs for one in progress.packs.get(pack.stem, [])]
        return Outcome(
            taken=now,
            software=f"gishe {__version__}",
            profile=bench.profile.name,
            bpcer=bench.profile.pad.bpcer,
            seed=wanted.seed,
            models=models,
            results=[progress.results[key] for key in map(_key, presentations) if key in progress.results],
            packs=scored,
            pack_rows=by_source(scored, _shipped(bench)),
            left_out=left_out,
            left_out_file=wanted.left_out.name if wanted.left_out is not None else "",
            unreadable=unreadable,
            wanted=len(presentations),
        )


def _key(presentation: Presentation) -> tuple[str, str]:
    return presentation.source, presentation.name


def _present(presentations: Sequence[Presentation], bench: Bench, progress: Progress, err: Console) -> None:
    for number, presentation in enumerate(presentations, start=1):
        if _key(presentation) not in progress.results:
            err.print(f"[{number}/{len(presentations)}] {presentation.name}")
            judged = bench.judge(presentation)
            progress.add(judged)
            err.print(f"      {_line(judged)}")


def _shipped(bench: Bench) -> dict[float, float]:
    """Give the release's thresholds by BPCER, where its table supports them."""
    given = {}
    for bpcer in BPCERS:
        try:
            given[bpcer] = bench.models.pad_table.threshold_for_fnmr(bpcer)
        except RateUnsupported:
            continue
    return given


def _made_of(wanted: Wanted, models: tuple[tuple[str, str, str], ...], bench: Bench) -> dict[str, object]:
    digest = hashlib.sha256(bench.profile.model_dump_json().encode()).hexdigest()
    return {
        "version": 1,
        "software": __version__,
        "profile": digest,
        "seed": wanted.seed,
        "models": [list(m) for m in models],
    }


def _line(judged: Judged) -> str:
    if judged.error:
        return judged.error
    by = f", refused by {', '.join(judged.refused_by)}" if judged.refused_by else ""
    reasons = f" ({', '.join(judged.reasons)})" if judged.reasons else ""
    return f"{judged.verdict}{by}{reasons}"


def _counted(err: Console, pack: Path):  # type: ignore[no-untyped-def]
    def each(done: int, of: int) -> None:
        if done == of or done % 100 == 0:
            err.print(f"{pack.name}: {done} of {of}")

    return each
