"""The child's side of a measurement: ``python -m calibration.bench.child``, asked over stdin, answering on stdout."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from edge_models.runtime.port import Pixels
from kiosk.settings import Settings, load_settings

Answer = dict[str, Any]


def resident(field: str = "VmRSS") -> float:
    """Give this process's memory in MB: ``VmRSS`` now, ``VmHWM`` at its highest; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{field}:")), 0.0)


def pin(cpus: list[int]) -> None:
    """Keep this process on these cores, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cpus)


class Cell:
    """One network in one engine."""

    def __init__(self, question: Answer, blobs: list[bytes]) -> None:
        """Load it; times and memory are taken on the way."""
        import numpy as np  # noqa: F401  the engines bring it anyhow: it is not theirs

        from edge_models.runtime.card import Card
        from edge_models.runtime.choice import blank_inputs
        from edge_models.runtime.golden import largest_difference, parse_golden
        from edge_models.runtime.registry import open_engine

        card = Card.model_validate(question["card"])
        before = resident()
        begun = time.perf_counter()
        if question["engine"] == "open_vino":
            import openvino  # noqa: F401
        else:
            import onnxruntime  # noqa: F401
        imported = time.perf_counter()
        self._before, self._with_engine = before, resident()
        self._engine = open_engine(card, blobs[0], engine=question["engine"], threads=question["threads"])
        loaded = time.perf_counter()
        self._inputs = blank_inputs(card)
        self._engine.run(self._inputs)
        ran = time.perf_counter()
        self.told: Answer = {
            "import_ms": 1000 * (imported - begun),
            "load_ms": 1000 * (loaded - imported),
            "first_ms": 1000 * (ran - loaded),
        }
        if len(blobs) > 1:
            self.told["difference"] = largest_difference(self._engine, parse_golden(blobs[1], of=card.name))

    def run(self, question: Answer) -> Answer:
        """Run some times."""
        from edge_models.runtime.choice import time_runs

        return {"ms": time_runs(self._engine, self._inputs, runs=question["runs"])}

    def memory(self, _question: Answer) -> Answer:
        """Give the peak over what the process held before, with the engine's own code and without."""
        peak = resident("VmHWM")
        return {"memory_mb": peak - self._before, "network_mb": peak - self._with_engine}


class Frames:
    """The analyst on frames of the demonstration camera."""

    def __init__(self, question: Answer, _blobs: list[bytes]) -> None:
        """Load models and frames."""
        import numpy as np

        from kiosk.analysis.models import load_models
        from kiosk.analysis.pipeline import Analyst, Closeness
        from kiosk.camera.frame import Frame

        root = question["root"]
        self._analyst = Analyst(load_models(_settings(question), Path(root) if root else None))
        pictures = np.load(question["frames"])
        self._frames = [Frame(picture, i / 30, i) for i, picture in enumerate(pictures)]
        self._closeness = Closeness.FACE
        self._only_points = question["only_points"]
        self._at = 0
        self._faces = 0
        self.told: Answer = {"engines": {model.name: model.engine for model in self._analyst.models.in_use}}

    def run(self, question: Answer) -> Answer:
        """Look at some frames as the session does in the face step."""
        times = []
        for _ in range(question["runs"]):
            frame = self._frames[self._at % len(self._frames)]
            self._at += 1
            begun = time.perf_counter()
            found = (
                self._points(frame.image)
                if self._only_points
                else bool(self._analyst.look(frame, self._closeness).faces)
            )
            times.append(1000 * (time.perf_counter() - begun))
            self._faces += found
        return {"ms": times}

    def _points(self, picture: Pixels) -> bool:
        """Find the face and its points, as others do who stop there."""
        models = self._analyst.models
        faces = models.detection(picture)
        if faces:
            models.landmarks(picture, faces[0].box, faces[0].points)
        return bool(faces)

    def memory(self, _question: Answer) -> Answer:
        """Give the stages' medians, the share of frames with a face, the peak of the whole process."""
        stages = self._analyst.milliseconds()
        return {"stages": stages, "found": self._faces / max(1, self._at), "memory_mb": resident("VmHWM")}


def draw(question: Answer, _blobs: list[bytes]) -> Answer:
    """Write frames of the demonstration camera to a file, for all who look at them."""
    import numpy as np

    from kiosk.camera.address import DemoAddress
    from kiosk.camera.opening import open_camera

    camera = open_camera(DemoAddress())
    pictures: list[Any] = []
    try:
        while len(pictures) < question["frames"]:
            frame = camera.read()
            if frame is None:
                break
            pictures.append(frame.image)
    finally:
        camera.close()
    np.save(question["path"], np.stack(pictures))
    return {"frames": len(pictures), "height": pictures[0].shape[0], "width": pictures[0].shape[1]}


def registry(question: Answer, _blobs: list[bytes]) -> Answer:
    """Verify all releases, then load each into its engine."""
    from datetime import UTC, datetime

    from calibration.bench.releases import source_of
    from edge_models.runtime.registry import open_engine
    from kiosk.analysis.engines import compiled_cache

    chosen: dict[str, Any] = question["engines"]
    for engine in set(chosen.values()):
        __import__("openvino" if engine == "open_vino" else "onnxruntime")
    root = question["root"]
    source, now = source_of(_settings(question), Path(root) if root else None), datetime.now(UTC)
    cache = compiled_cache(_settings(question))  # the first round compiles, the others start as a kiosk does
    verified, loaded = [], []
    for _ in range(question["times"]):
        begun = time.perf_counter()
        releases = [source.open(name, now) for name in chosen]
        checked = time.perf_counter()
        opened = [open_engine(i.card, i.network, engine=chosen[i.card.name], cache=cache) for i in releases]
        done = time.perf_counter()
        for engine in opened:
            engine.close()
        verified.append(1000 * (checked - begun))
        loaded.append(1000 * (done - checked))
    total = sum(len(content) for item in releases for content in item.files.values())
    return {"verify_ms": verified, "load_ms": loaded, "network_bytes": [i.card.bytes for i in releases], "bytes": total}


def verification(question: Answer, _blobs: list[bytes]) -> Answer:
    """Lead one whole demonstration session, headless."""
    from kiosk.bootstrap.headless import headless_session

    root, settings = question["root"], _settings(question)
    begun = time.perf_counter()
    result = headless_session(settings, seed=question["seed"], shipped=Path(root) if root else None)
    outcome = result.session.outcome
    return {
        "outcome": outcome.value if outcome else "",
        "total_ms": 1000 * (time.perf_counter() - begun),
        "session_ms": 1000 * result.seconds,
        "frames": result.frames,
        "stages": result.milliseconds,
        "memory_mb": resident("VmHWM"),
    }


def accelerators(_question: Answer, _blobs: list[bytes]) -> Answer:
    """List what the engines could use besides the processor."""
    told: Answer = {"open_vino": [], "onnx_runtime": [], "versions": {}}
    try:
        import openvino

        core = openvino.Core()
        told["open_vino"] = [
            f"{device}: {core.get_property(device, 'FULL_DEVICE_NAME')}" for device in core.available_devices
        ]
        told["versions"]["open_vino"] = openvino.__version__.split("-")[0]
    except (ImportError, RuntimeError) as error:
        told["open_vino_failed"] = type(error).__name__
    try:
        import onnxruntime

        told["onnx_runtime"] = list(onnxruntime.get_available_providers())
        told["versions"]["onnx_runtime"] = onnxruntime.__version__
    except (ImportError, RuntimeError) as error:
        told["onnx_runtime_failed"] = type(error).__name__
    return told


def _settings(question: Answer) -> Settings:
    trust_roots = question["trust_roots"]
    return load_settings(
        data=Path(question["data"]),
        trust_roots=Path(trust_roots) if trust_roots else None,
        engine=question["engine"],
        threads=1,
        camera="demo:",
        profile="demo",
    )


ONCE: dict[str, Callable[[Answer, list[bytes]], Answer]] = {
    "draw": draw,
    "registry": registry,
    "verification": verification,
    "accelerators": accelerators,
}
HELD: dict[str, Callable[[Answer, list[bytes]], Cell | Frames]] = {"cell": Cell, "frames": Frames}


def serve(asked: BinaryIO, tell: Callable[[Answer], None]) -> None:
    """Answer until nobody asks any more; what goes wrong is an answer, and the end."""
    held: Cell | Frames | None = None
    while line := asked.readline():
        question = json.loads(line)
        blobs = [asked.read(size) for size in question.pop("blobs", [])]
        kind = question["ask"]
        if "cpus" in question:
            pin(question["cpus"])
        try:
            if kind in ONCE:
                tell(ONCE[kind](question, blobs))
            elif kind in HELD:
                held = HELD[kind](question, blobs)
                tell(held.told)
            elif held is None:
                tell({"failed": "nothing is loaded"})
            else:
                tell(held.run(question) if kind == "run" else held.memory(question))
        except Exception as error:  # noqa: BLE001  a row of the report says it
            # Ours say it in a line; the message of a foreign exception may hold anything.
            tell({"failed": getattr(error, "message", "") or type(error).__name__})
            return


def main() -> None:
    """Serve on stdin and stdout; what libraries print goes to stderr."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def tell(answer: Answer) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    serve(sys.stdin.buffer, tell)


if __name__ == "__main__":
    main()
