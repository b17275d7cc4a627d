"""The gate: a deliberately bad candidate is refused, for every reason with its own code and all reasons at once."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from edge_models.recipes.__main__ import main
from edge_models.recipes.evidence import FILE, record_samples
from edge_models.recipes.gate import examine
from edge_models.recipes.gate_findings import Findings
from edge_models.recipes.gate_network import TOGETHER
from edge_models.recipes.gate_rules import read_rules
from edge_models.recipes.recipe import RecipeInvalid, read_recipe
from edge_models.runtime.registry import ENGINES
from edge_models.runtime.store import version_key

if TYPE_CHECKING:
    from tests.edge_models.conftest import Forge

RULES = """
[gate]
size_limit = 1000
time = { path = "ms.{precision}_{engine}", limit_ms = 1.0 }

[[gate.figures]]
path = 'sets."lfw.3".{precision}_{engine}.accuracy'
higher_is_better = true
int8_loss_allowed = 0.001
regression_allowed = 0.002
engines_apart_allowed = 0.003
limit = 0.98

[[gate.figures]]
path = "{precision}_{engine}.error"
higher_is_better = false
int8_loss_allowed = 0.1
regression_allowed = 0.1
engines_apart_allowed = 0.1
"""
CARD = """
[card]
task = "face_tiny"
"""
RECIPES = Path(__file__).parents[3] / "edge_models" / "recipes"


class Candidate:
    """A good candidate, its recipe and the release that it would replace; a test then spoils one thing."""

    def __init__(self, forge: Forge, files: dict[str, bytes]) -> None:
        self.forge = forge
        self.folder = forge.folder / "work" / "face_tiny" / "candidate"
        self.folder.mkdir(parents=True)
        for name, content in files.items():
            (self.folder / name).write_bytes(content)
        self.recipe = forge.folder / "recipe.toml"
        self.recipe.write_text(f'model = "face_tiny"\nversion = "1.1.0"\nseed = 1\n{RULES}{CARD}')
        self.released = forge.folder / "released" / "face_tiny"
        record_samples(self.folder, calibration=["pack.zip/a", "pack.zip/b"], evaluation=["pack.zip/c"])
        self.figures(self.folder)
        forge.release()
        self.figures(self.released)

    def figures(self, folder: Path, **change: float) -> None:
        """Write accuracy.toml: good figures, but for those given by ``<figure>_<precision>_<engine>``."""
        digest = hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()
        lines = [f"model_sha256 = '{digest}'"]
        for precision in ("int8", "fp32"):
            for engine in ENGINES:
                form = f"{precision}_{engine}"
                accuracy, error = (change.get(f"{name}_{form}", good) for name, good in (("acc", 0.99), ("err", 2.0)))
                lines += [f"sets.'lfw.3'.{form}.accuracy = {accuracy}", f"{form}.error = {error}"]
                lines.append(f"ms.{form} = {change.get(f'ms_{form}', 0.5)}")
        (folder / "accuracy.toml").write_text("\n".join(lines))
        (folder / "README.md").write_text("# read again after the figures\n")

    def card(self, old: str, new: str) -> None:
        """Change the card."""
        path = self.folder / "card.toml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    def examine(self) -> Findings:
        """Run the gate."""
        return examine(self.folder, self.released, read_recipe(self.recipe))

    def codes(self) -> set[str]:
        """The codes of all refusals."""
        return {refusal.code for refusal in self.examine().refusals}

    def arguments(self, step: str) -> list[str]:
        """The command line."""
        where = ["--work", str(self.folder.parents[1]), "--released", str(self.released.parent)]
        return [step, "--config", str(self.recipe), *where]


@pytest.fixture
def candidate(forge: Forge) -> Candidate:
    made = forge.release("face_tiny", "1.1.0", factor=3.0, at=forge.folder / "made")
    files = {path.name: path.read_bytes() for path in made.iterdir() if not path.name.startswith("manifest")}
    return Candidate(forge, files)


def test_a_good_candidate_passes(candidate: Candidate, capsys: pytest.CaptureFixture[str]) -> None:
    assert candidate.examine().refusals == []
    assert main(candidate.arguments("gate")) == 0
    assert capsys.readouterr().out == "face_tiny 1.1.0 passes the gate (it replaces 1.0.0)\n"
    shutil.rmtree(candidate.released)
    assert candidate.codes() == set()


def _without(name: str) -> Callable[[Candidate], object]:
    return lambda it: (it.folder / name).unlink()


def _figures(**change: float) -> Callable[[Candidate], object]:
    return lambda it: it.figures(it.folder, **change)


def _samples(text: str) -> Callable[[Candidate], object]:
    return lambda it: (it.folder / FILE).write_text(text)


def _other_golden(it: Candidate) -> None:
    shutil.copy(it.forge.release("face_other", factor=-9.0) / "golden.npz", it.folder)


def _grown(it: Candidate) -> None:
    it.recipe.write_text(it.recipe.read_text().replace("size_limit = 1000", "size_limit = 20"))


def _crowded(it: Candidate) -> None:
    it.forge.release("face_other")
    with (it.released.parent / "face_other" / "model.onnx").open("r+b") as file:
        file.truncate(TOGETHER)


def _same_version(it: Candidate) -> None:
    it.card("version = '1.1.0'", "version = '1.0.0'")
    it.recipe.write_text(it.recipe.read_text().replace('version = "1.1.0"', 'version = "1.0.0"'))


def _slow(it: Candidate) -> None:
    it.figures(it.folder, ms_int8_open_vino=9.0, ms_int8_onnx_runtime=9.0)
    it.recipe.write_text(it.recipe.read_text().replace("limit_ms = 1.0", "limit_ms = 0.000001"))


SPOILT: dict[str, tuple[Callable[[Candidate], object], str, str]] = {
    "INT8 far below FP32": (_figures(acc_fp32_open_vino=0.995), "INT8_LOSS", r"INT8 0\.99, FP32 0\.995: 0\.005 worse"),
    "INT8 error above FP32": (_figures(err_fp32_onnx_runtime=1.8), "INT8_LOSS", "INT8 2, FP32 1.8"),
    "worse than the release": (
        _figures(**{f"acc_{p}_{e}": 0.985 for p in ("int8", "fp32") for e in ENGINES}),
        "WORSE",
        r"0\.985, the release 1\.0\.0 has 0\.99: 0\.005 worse; 0\.002 allowed",
    ),
    "below what ships": (
        _figures(**{f"acc_{p}_{e}": 0.97 for p in ("int8", "fp32") for e in ENGINES}),
        "LIMIT",
        r"0\.97; nothing worse than 0\.98",
    ),
    "runtimes apart in figures": (
        _figures(acc_int8_open_vino=0.995, acc_fp32_open_vino=0.995),
        "RUNTIMES",
        r"0\.995 in open_vino and 0\.99 in onnx_runtime, 0\.005 apart",
    ),
    "runtimes apart in golden vectors": (_other_golden, "RUNTIMES", "golden vectors in open_vino: .* 0.2 allowed"),
    "figures not numbers": (_figures(acc_int8_open_vino=float("nan")), "FIGURE_MISSING", "was not measured"),
    "no figures": (lambda it: (it.folder / "accuracy.toml").write_text("format = 1"), "FIGURE_MISSING", "accuracy"),
    "figures of another network": (
        lambda it: (it.folder / "accuracy.toml").write_text((it.released / "accuracy.toml").read_text()),
        "FIGURES",
        "another network",
    ),
    "no accuracy.toml": (_without("accuracy.toml"), "FILE_MISSING", "no accuracy.toml"),
    "a README of earlier figures": (
        lambda it: os.utime(it.folder / "README.md", (1, 1)), "README", "older than the figures",
    ),
    "no golden vectors": (_without("golden.npz"), "FILE_MISSING", "no golden.npz"),
    "no network": (_without("model.onnx"), "FILE_MISSING", "no model.onnx"),
    "no card": (_without("card.toml"), "FILE_MISSING", "no card.toml"),
    "card without a field": (lambda it: it.card("licence =", "#"), "CARD", "licence: Field required"),
    "card of another recipe": (lambda it: it.card("name = 'face_tiny'", "name = 'face_other'"), "CARD", "face_other"),
    "card with an empty field": (lambda it: it.card("'made for tests'", "' '"), "CARD_FIELD", "terms says nothing"),
    "card with a placeholder": (lambda it: it.card("'four numbers times one'", "'TODO'"), "CARD_FIELD", "summary"),
    "an output without meaning": (lambda it: it.card("meaning = 'four numbers'", "meaning = ''"), "CARD_FIELD", "x holds"),
    "data without terms": (lambda it: it.card("terms = 'free'", "terms = ''"), "DATA_TERMS", "training data"),
    "no calibration data named": (
        lambda it: it.card("role = 'calibration'", "role = 'training'"), "DATA_TERMS", "no calibration data",
    ),
    "calibrated on what it is measured on": (
        lambda it: record_samples(it.folder, evaluation=["pack.zip/c", "pack.zip/b"]), "OVERLAP", "1 of 2 calibration",
    ),
    "no samples": (_without(FILE), "SAMPLES", "nobody can say"),
    "no calibration samples": (_samples('{"evaluation": []}'), "SAMPLES", "no calibration samples"),
    "samples that are no digests": (_samples('{"calibration": ["a"], "evaluation": ["b"]}'), "SAMPLES", "no usable"),
    "samples that are no lists": (_samples("[1]"), "SAMPLES", "no usable"),
    "not a higher version": (_same_version, "VERSION", r"1\.0\.0 is not above the released 1\.0\.0"),
    "too large": (_grown, "SIZE", "20 allowed"),
    "too large together": (_crowded, "TOGETHER", "8000000 allowed"),
    "too slow": (_slow, "TIME", "in the faster engine"),
    "network that the card does not name": (
        lambda it: it.card(hashlib.sha256((it.folder / "model.onnx").read_bytes()).hexdigest(), "0" * 64),
        "HASH",
        "is not the file that the card names",
    ),
    "a release that cannot be compared with": (
        lambda it: (it.released / "card.toml").write_text("["), "BASELINE", "nothing to compare with",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", SPOILT)
def test_a_bad_candidate_is_refused_with_the_figures(candidate: Candidate, kind: str) -> None:
    spoil, code, said = SPOILT[kind]
    spoil(candidate)
    lines = [refusal.said for refusal in candidate.examine().refusals if refusal.code == code]
    assert any(re.search(said, line) for line in lines), (lines, candidate.codes())
    assert main(candidate.arguments("gate")) == 5


def test_all_reasons_come_at_once_a_line_each(candidate: Candidate, capsys: pytest.CaptureFixture[str]) -> None:
    candidate.figures(candidate.folder, acc_int8_open_vino=0.9, err_int8_onnx_runtime=7.0)
    candidate.card("'made for tests'", "''")
    (candidate.folder / FILE).unlink()
    assert main(candidate.arguments("gate")) == 5
    lines = capsys.readouterr().out.splitlines()
    assert all(re.fullmatch(r"refused\[[A-Z0-9_]+\]: .+", line) for line in lines)
    assert {"CARD_FIELD", "SAMPLES", "INT8_LOSS", "LIMIT", "WORSE", "RUNTIMES"} == candidate.codes()
    assert len(lines) == len(candidate.examine().refusals) == 9


def test_json_is_one_document_with_the_figures(candidate: Candidate, capsys: pytest.CaptureFixture[str]) -> None:
    candidate.figures(candidate.folder, acc_int8_open_vino=0.9)
    assert main([*candidate.arguments("gate"), "--json"]) == 5
    document = json.loads(capsys.readouterr().out)
    assert (document["passed"], document["version"], document["replaces"]) == (False, "1.1.0", "1.0.0")
    (loss,) = [item for item in document["refusals"] if item["code"] == "INT8_LOSS"]
    assert (loss["figures"]["int8"], loss["figures"]["fp32"], loss["figures"]["allowed"]) == (0.9, 0.99, 0.001)


def test_what_is_allowed_is_allowed(candidate: Candidate) -> None:
    """Figures on the very edge pass: six decimals are written, and a tenth is not exact in binary."""
    good = {f"acc_{form}_{engine}": value for engine in ENGINES for form, value in (("int8", 0.988), ("fp32", 0.989))}
    candidate.figures(
        candidate.folder, **good, err_int8_open_vino=2.1, err_fp32_open_vino=2.0, err_int8_onnx_runtime=2.0
    )
    assert candidate.codes() == set()


def test_a_better_candidate_is_not_refused_for_being_different(candidate: Candidate) -> None:
    better: dict[str, Any] = {f"acc_{p}_{e}": 0.999 for p in ("int8", "fp32") for e in ENGINES}
    better |= {f"err_{p}_{e}": 0.1 for p in ("int8", "fp32") for e in ENGINES}
    candidate.figures(candidate.folder, **better)
    assert candidate.codes() == set()


def test_a_slow_figure_of_a_busy_machine_gets_a_second_trial(candidate: Candidate) -> None:
    candidate.figures(candidate.folder, ms_int8_open_vino=9.0, ms_int8_onnx_runtime=9.0)
    assert candidate.codes() == set()


def test_a_figure_that_the_release_lacks_is_noted(candidate: Candidate) -> None:
    (candidate.released / "accuracy.toml").write_text("format = 1")
    found = candidate.examine()
    assert found.refusals == []
    assert any("the present release has no such figure" in note for note in found.notes)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("size_limit = 1000", "", "size_limit"),
        ("higher_is_better = true", "", "higher_is_better"),
        ("regression_allowed = 0.002", "regression_allowed = -1", "regression_allowed"),
        ('path = "{precision}_{engine}.error"', 'path = "{precision} {engine}"', "no TOML key"),
        ("limit = 0.98", "floor = 0.98", "floor"),
    ],
)
def test_rules_that_cannot_be_meant_are_the_recipes_fault(
    candidate: Candidate, old: str, new: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    candidate.recipe.write_text(candidate.recipe.read_text().replace(old, new, 1))
    with pytest.raises(RecipeInvalid, match=said):
        candidate.examine()
    assert main(candidate.arguments("gate")) == 3
    assert capsys.readouterr().err.startswith("error[RECIPE]: ")


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*/recipe.toml")), ids=lambda path: path.parent.name)
def test_every_recipe_has_rules_for_its_gate(path: Path) -> None:
    recipe = read_recipe(path)
    rules = read_rules(recipe)
    assert rules.figures
    assert len(version_key(recipe.version)) == 3
    assert {"training", "calibration", "evaluation"} <= {source["role"] for source in recipe.card["data"]}
