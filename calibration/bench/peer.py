"""Others' work, measured by the same questions as ours. Runs alone, in an interpreter that has it: imports nothing of ours."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Answer = dict[str, Any]
Look = Callable[[Any], bool]
"""takes an RGB picture, tells whether a face was found"""


def open_mediapipe(question: Answer) -> tuple[Look, str]:
    """Open MediaPipe's face mesh (478 points with irises), tracking from frame to frame or finding the face each time."""
    import mediapipe as mp

    mesh = mp.solutions.face_mesh.FaceMesh(
        static_image_mode=not question["tracking"], refine_landmarks=True, max_num_faces=1
    )
    version = f"mediapipe {importlib.metadata.version('mediapipe')}"
    return lambda picture: bool(mesh.process(picture).multi_face_landmarks), version


def open_dlib(question: Answer) -> tuple[Look, str]:
    """Open dlib: HOG detector, 68 points, and with ``describe`` the 128-d descriptor."""
    import dlib

    detector = dlib.get_frontal_face_detector()
    version = f"dlib {dlib.__version__}"
    if question["stage"] == "detect":
        return lambda picture: bool(detector(picture)), version
    # By its files: the package's own functions want a module that setuptools no longer has.
    found = importlib.util.find_spec("face_recognition_models")
    if found is None or found.origin is None:
        raise ImportError("no weights", name="face_recognition_models")
    weights = Path(found.origin).parent / "models"
    predictor = dlib.shape_predictor(str(weights / "shape_predictor_68_face_landmarks.dat"))
    describer = dlib.face_recognition_model_v1(str(weights / "dlib_face_recognition_resnet_model_v1.dat"))

    def look(picture: Any) -> bool:
        faces = detector(picture)
        if not faces:
            return False
        describer.compute_face_descriptor(picture, predictor(picture, faces[0]))
        return True

    return look, version


def open_network(question: Answer) -> tuple[Callable[[], Any], str]:
    """Open an ONNX network in one engine, with inputs of its own shapes (free sizes are 1)."""
    import numpy as np

    path = question["path"]
    if question["engine"] == "open_vino":
        import openvino

        core = openvino.Core()
        config = {"INFERENCE_NUM_THREADS": 1, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
        model = core.read_model(path)
        shapes = {port.any_name: _shape(port.partial_shape) for port in model.inputs}
        model.reshape(shapes)
        request = core.compile_model(model, "CPU", config).create_infer_request()
        inputs = {name: np.full(shape, 0.5, np.float32) for name, shape in shapes.items()}
        return lambda: request.infer(inputs, share_inputs=True), f"openvino {openvino.__version__.split('-')[0]}"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    inputs = {
        node.name: np.full([size if isinstance(size, int) else 1 for size in node.shape], 0.5, np.float32)
        for node in session.get_inputs()
    }
    return lambda: session.run(None, inputs), f"onnxruntime {onnxruntime.__version__}"


def _shape(partial: Any) -> list[int]:
    return [1 if size.is_dynamic else size.get_length() for size in partial]


class Peer:
    """One peer, loaded."""

    def __init__(self, question: Answer) -> None:
        """Load it on the cores it may use."""
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, question["cpus"])
        begun = time.perf_counter()
        self._found = self._at = 0
        self._pictures: Any = None
        if question["kind"] == "network":
            self._run, version = open_network(question)
        else:
            import numpy as np

            look, version = (open_mediapipe if question["kind"] == "mediapipe" else open_dlib)(question)
            self._look = look
            # Once turned here: what their libraries want is RGB, what a camera gives is BGR.
            self._pictures = np.ascontiguousarray(np.load(question["frames"])[..., ::-1])
            self._run = self._next
        self._run()
        self.told: Answer = {"load_ms": 1000 * (time.perf_counter() - begun), "version": version}
        self._found = self._at = 0

    def run(self, question: Answer) -> Answer:
        """Run some times."""
        times = []
        for _ in range(question["runs"]):
            begun = time.perf_counter()
            self._run()
            times.append(1000 * (time.perf_counter() - begun))
        return {"ms": times}

    def memory(self) -> Answer:
        """Give the peak of the whole process and the share of frames in which a face was found."""
        try:
            lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        except OSError:
            lines = []
        peak = next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)
        return {"memory_mb": peak, "found": self._found / self._at if self._at else None}

    def _next(self) -> None:
        picture = self._pictures[self._at % len(self._pictures)]
        self._at += 1
        self._found += self._look(picture)


def main() -> None:
    """Serve on stdin and stdout; what libraries print goes to stderr."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    peer: Peer | None = None
    for line in sys.stdin:
        question = json.loads(line)
        try:
            if peer is None:
                peer = Peer(question)
                answer = peer.told
            else:
                answer = peer.run(question) if question["ask"] == "run" else peer.memory()
        except ImportError as error:
            answer = {"failed": f"not installed ({error.name})"}
        except Exception as error:  # noqa: BLE001  a row of the report says it
            answer = {"failed": type(error).__name__}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
        if "failed" in answer:
            return


if __name__ == "__main__":
    main()
