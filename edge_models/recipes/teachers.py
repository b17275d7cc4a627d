"""The teachers of the data folder, loaded from where they lie (they are never copied into the repository)."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType


def load_teachers(data: Path, threads: int = 1) -> ModuleType:
    """Import the data folder's ``teachers.py``: one function per teacher, pictures in BGR."""
    folder = data / "teachers"
    os.environ["TEACHER_WEIGHTS"] = str(folder)
    os.environ["TEACHER_THREADS"] = str(threads)
    specification = importlib.util.spec_from_file_location("teachers", folder / "teachers.py")
    if specification is None or specification.loader is None:
        raise FileNotFoundError(folder / "teachers.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module
