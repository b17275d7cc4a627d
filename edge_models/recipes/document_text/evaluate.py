"""Measure FP32 and INT8 in both runtimes on lines of fonts and damages that no training saw, and by size of print."""

from __future__ import annotations

import json
import logging
import statistics
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from edge_models.recipes.document_text.damage import BLURS, HELD_OUT, OTHERS
from edge_models.recipes.document_text.distil import open_scenes
from edge_models.recipes.document_text.reading import distance, rates
from edge_models.recipes.document_text.scenes import Drawn, Hardness, Scenes
from edge_models.recipes.document_text.wording import MRZ_LENGTHS, Generator, Script, Wording, draw_wording
from edge_models.recipes.evidence import record_samples
from edge_models.recipes.recipe import Workshop
from edge_models.recipes.releasing import write_accuracy
from edge_models.runtime.card import read_card
from edge_models.runtime.choice import blank_inputs, milliseconds
from edge_models.runtime.registry import ENGINES, open_engine
from edge_models.tasks.document_text import Alphabet, DocumentText

log = logging.getLogger("recipes")
LEGIBLE = 0.7
"""``legibility`` from which on a person reads every character of a line without guessing (chosen by looking at drawn ones)"""
POOR = 0.45
"""and down to which one may still guess right"""
FAIR = Hardness(smallest=11, shares=0.6, easy=0.5)
"""what a camera gives that takes any frame"""
CLEAR = replace(FAIR, smallest=12, easy=1.0)
"""what it gives when it waits for a good one: contrast from 70 of 255 on, a third of the damage"""


def alphabet_of(drawn: Wording, kind: str) -> Alphabet:
    """Say which alphabet a reader of such a line asks for."""
    if drawn.script is Script.MRZ:
        return Alphabet.MRZ
    numeric = {"national", "national_dashed", "date", "bank16", "expiry", "time", "runs"}
    return Alphabet.DIGITS if drawn.script is not Script.LATIN or kind in numeric else Alphabet.LATIN


Set = list[tuple[Drawn, Alphabet]]


def draw_set(
    scenes: Scenes,
    seed: int,
    count: int,
    *,
    scripts: tuple[Script, ...] = tuple(Script),
    numeric: bool = False,
    caps: tuple[float, float] = (FAIR.smallest, FAIR.largest),
    legible: tuple[float, float] = (LEGIBLE, 2.0),
) -> Set:
    """Draw whole lines as they are cut out of a camera's picture; capitals of ``caps`` pixels, ``legible`` from .. to."""
    generator: Generator = np.random.default_rng(seed)
    found: Set = []
    low, high = caps
    while len(found) < count:
        wording = draw_wording(generator)
        if wording.script not in scripts:
            continue
        alphabet = alphabet_of(wording, wording.kind)
        if numeric and alphabet is not Alphabet.DIGITS:
            continue
        sheet = scenes.sheet(generator, wording)
        cap = float(np.exp(generator.uniform(np.log(low), np.log(high))))
        drawn = scenes.line(generator, wording, sheet, cap, float(np.exp(generator.normal(0, 0.1))))
        if legible[0] <= drawn.legibility < legible[1]:
            found.append((drawn, alphabet))
    return found


def measure(reader: DocumentText, lines: Set) -> dict[str, float]:
    """Read a set; give the rates."""
    read = [reader.read([drawn.picture], alphabet)[0].text for drawn, alphabet in lines]
    return {"lines": len(lines), **rates(read, [drawn.text for drawn, _ in lines])}


def sets(workshop: Workshop) -> dict[str, Set]:
    """Draw every set of the report; seeds are those of no training."""
    count, seed = workshop.settings("evaluate")["lines"], workshop.recipe.seed + 500_000
    known = open_scenes(workshop, FAIR)
    apart = open_scenes(workshop, FAIR, held_out=True, seed=2)
    found: dict[str, Set] = {
        "mrz_ocr_b": draw_set(replaced(known, FAIR, ocr_b=1.0), seed + 1, count, scripts=(Script.MRZ,)),
        "mrz_other_fonts": draw_set(replaced(known, FAIR, ocr_b=0.0), seed + 2, count, scripts=(Script.MRZ,)),
        "mrz_held_out_fonts": draw_set(apart, seed + 3, count, scripts=(Script.MRZ,)),
        "latin_held_out_fonts": draw_set(apart, seed + 4, count, scripts=(Script.LATIN,)),
        "poor_mrz": draw_set(
            replaced(known, Hardness(), ocr_b=0.7), seed + 5, count, scripts=(Script.MRZ,), legible=(POOR, LEGIBLE)
        ),
        "poor_digits": draw_set(
            replaced(known, Hardness(), ocr_b=0.7), seed + 6, count, numeric=True, legible=(POOR, LEGIBLE)
        ),
    }
    for number, script in enumerate((Script.LATIN, Script.PERSIAN, Script.ARABIC)):
        found[f"digits_{script}"] = draw_set(known, seed + 10 + number, count, scripts=(script,), numeric=True)
        found[f"digits_{script}_held_out_fonts"] = draw_set(
            apart, seed + 20 + number, count, scripts=(script,), numeric=True
        )
        found[f"clear_digits_{script}_held_out_fonts"] = draw_set(
            replaced(apart, CLEAR, ocr_b=0), seed + 60 + number, count, scripts=(script,), numeric=True
        )
    for number, (name, scenes, ocr_b) in enumerate((("ocr_b", known, 1.0), ("held_out_fonts", apart, 0.0))):
        found[f"clear_mrz_{name}"] = draw_set(
            replaced(scenes, CLEAR, ocr_b=ocr_b), seed + 70 + number, count, scripts=(Script.MRZ,)
        )
    for number, (name, damage) in enumerate(HELD_OUT.items()):
        hard = replace(FAIR, damages=BLURS | OTHERS | {name: damage}, forced=name)
        for part, scripts, numeric in (("mrz", (Script.MRZ,), False), ("digits", tuple(Script), True)):
            found[f"{part}_held_out_damage_{name}"] = draw_set(
                replaced(known, hard, ocr_b=1.0), seed + 30 + number, count // 2, scripts=scripts, numeric=numeric
            )
    for cap in (9, 11, 13, 16, 20, 24):
        found[f"mrz_ocr_b_{cap:02d}_pixels"] = draw_set(
            replaced(known, FAIR, ocr_b=1.0), seed + 50 + cap, count // 2, scripts=(Script.MRZ,), caps=(cap, cap)
        )
    return found


def replaced(scenes: Scenes, hardness: Hardness, *, ocr_b: float) -> Scenes:
    """Give the same fonts and textures at another hardness."""
    return Scenes(scenes.sheets, scenes.pool, hardness, ocr_b=ocr_b)


def filler_errors(reader: DocumentText, lines: Set) -> float:
    """Give the share of lines with a run of fillers whose number was misread."""
    wrong = counted = 0
    for drawn, alphabet in lines:
        if "<<<<<" not in drawn.text:
            continue
        counted += 1
        read = reader.read([drawn.picture], alphabet)[0].text
        wrong += Counter(read)["<"] != Counter(drawn.text)["<"]
    return wrong / max(counted, 1)


def line_time(reader: DocumentText, lines: Set) -> float:
    """Give the median milliseconds for a zone's line of 44 characters, straightening and reading together."""
    long = [drawn.picture for drawn, _ in lines if len(drawn.text) == max(MRZ_LENGTHS)][:40]
    times = []
    for picture in long:
        begun = time.perf_counter()
        reader.read([picture], Alphabet.MRZ)
        times.append(1000 * (time.perf_counter() - begun))
    return statistics.median(times)


def strips(workshop: Workshop, reader: DocumentText) -> dict[str, float]:
    """Read rendered strips that others made, where they are (a report only); nothing where they are not."""
    folder = Path(workshop.data) / "documents" / "digits"
    found: dict[str, float] = {}
    for part in ("strips", "printed"):
        if not (folder / part / "truth.json").is_file():
            continue
        truth: dict[str, Any] = json.loads((folder / part / "truth.json").read_text())
        exact = count = errors = characters = 0
        for name, table in truth.items():
            wanted = str(table["digits"])
            picture = cv2.imread(str(folder / part / name), cv2.IMREAD_GRAYSCALE)
            if picture is None:
                continue
            text = reader.read([np.asarray(picture, np.uint8)], Alphabet.DIGITS)[0].text
            read = "".join(_latin(character) for character in text)
            count += 1
            exact += read == wanted
            errors += distance(read, wanted)
            characters += len(wanted)
        found |= {
            f"{part}_lines": count,
            f"{part}_exact": exact / max(count, 1),
            f"{part}_character_errors": errors / max(characters, 1),
        }
    return found


def _latin(character: str) -> str:
    try:
        return str(int(character))
    except ValueError:
        return character


def run(workshop: Workshop) -> None:
    """Write ``accuracy.toml`` of the candidate."""
    cv2.setNumThreads(1)
    folder = workshop.candidate
    card = read_card(folder)
    contents = {"fp32": (workshop.work / "fp32.onnx").read_bytes(), "int8": (folder / card.file).read_bytes()}
    drawn = sets(workshop)
    report: dict[str, Any] = {"bytes": {precision: len(content) for precision, content in contents.items()}}
    times: dict[str, float] = {}
    for precision, content in contents.items():
        for name in ENGINES:
            key = f"{precision}_{name}"
            engine = open_engine(card, content, engine=name)
            reader = DocumentText(card, engine)
            times[key] = milliseconds(engine, blank_inputs(card), runs=100)
            report[key] = {part: measure(reader, lines) for part, lines in drawn.items()}
            report[key]["filler_lines_miscounted"] = filler_errors(reader, drawn["mrz_ocr_b"])
            report[key]["milliseconds_of_a_line_of_44"] = line_time(reader, drawn["mrz_ocr_b"])
            report[key]["others"] = strips(workshop, reader)
            engine.close()
            log.info(
                "%s: %s",
                key,
                {
                    part: figures.get("exact_but_o")
                    for part, figures in report[key].items()
                    if isinstance(figures, dict)
                },
            )
    report["milliseconds_one_core"] = times
    names = [f"{part}/{number}" for part, lines in drawn.items() for number in range(len(lines))]
    record_samples(folder, evaluation=names)
    write_accuracy(workshop, report)
