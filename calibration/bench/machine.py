"""What this machine is, as far as it matters to networks."""

from __future__ import annotations

import os
import platform
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from calibration.bench.children import ChildFailed, measuring_child
from kiosk.analysis.engines import processor

EXTENSIONS = {
    "sse4_2": "SSE4.2",
    "avx": "AVX",
    "f16c": "F16C",
    "fma": "FMA",
    "avx2": "AVX2",
    "avx512f": "AVX-512",
    "avx_vnni": "AVX-VNNI",
    "avx512_vnni": "AVX-512 VNNI",
    "avx512_bf16": "AVX-512 BF16",
    "avx512_fp16": "AVX-512 FP16",
    "amx_tile": "AMX",
    "amx_int8": "AMX INT8",
    "amx_bf16": "AMX BF16",
    "asimd": "NEON",
    "asimddp": "NEON dot product",
    "i8mm": "NEON I8MM",
    "bf16": "NEON BF16",
    "sve": "SVE",
}
"""the kernel's word for what networks use, and its name"""
_DOT = frozenset({"AVX-VNNI", "AVX-512 VNNI", "AMX INT8", "NEON dot product", "NEON I8MM"})


@dataclass(frozen=True)
class Machine:
    """What the report's first lines say."""

    processor: str
    architecture: str
    cores: int
    """that this process may use"""
    extensions: tuple[str, ...]
    memory_mb: float
    bandwidth_gb: float
    """gigabytes a second, read and written, of copying 64 MB in one thread"""
    accelerators: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    board: str = ""
    system: str = ""

    @property
    def dot_product(self) -> bool:
        """Tell whether INT8 products are added up in 32 bits by one instruction: fast, and nothing saturates."""
        return not _DOT.isdisjoint(self.extensions)


def look_at_machine() -> Machine:
    """Read and measure; what cannot be found out is empty or 0."""
    try:
        child = measuring_child()
        try:
            found = child.ask({"ask": "accelerators"})
        finally:
            child.close()
    except ChildFailed:
        found = {}
    board = _text(Path("/proc/device-tree/model")).strip("\0 \n")
    jetson = _text(Path("/etc/nv_tegra_release")).split(",", 1)[0].lstrip("# ")
    return Machine(
        processor=processor() or platform.processor() or "unknown",
        architecture=platform.machine(),
        cores=len(usable_cores()),
        extensions=extensions_of(_text(Path("/proc/cpuinfo"))),
        memory_mb=_memory(_text(Path("/proc/meminfo"))),
        bandwidth_gb=copy_bandwidth(),
        accelerators=tuple(found.get("open_vino", ())),
        providers=tuple(found.get("onnx_runtime", ())),
        versions=dict(found.get("versions", {})),
        board=" ".join(part for part in (board, jetson) if part),
        system=f"{platform.system()} {platform.release().split('-')[0]}, Python {platform.python_version()}",
    )


def usable_cores() -> list[int]:
    """List the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def extensions_of(cpuinfo: str) -> tuple[str, ...]:
    """Read the vector extensions from the text of ``/proc/cpuinfo`` (x86: ``flags``, ARM: ``Features``)."""
    for line in cpuinfo.splitlines():
        name, _, words = line.partition(":")
        if name.strip() in ("flags", "Features"):
            have = set(words.split())
            return tuple(said for word, said in EXTENSIONS.items() if word in have)
    return ()


def copy_bandwidth(megabytes: int = 64, times: int = 9) -> float:
    """Give gigabytes a second of copying an array, each byte counted as read and as written; the median copy counts."""
    source = np.ones(megabytes << 20, np.uint8)
    target = np.empty_like(source)
    seconds = []
    for _ in range(times + 1):
        begun = time.perf_counter()
        np.copyto(target, source)
        seconds.append(time.perf_counter() - begun)
    # The first copy pays for the pages.
    return 2 * source.nbytes / statistics.median(seconds[1:]) / 1e9


def _memory(meminfo: str) -> float:
    line = next((line for line in meminfo.splitlines() if line.startswith("MemTotal:")), "")
    return int(line.split()[1]) / 1024 if line else 0.0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
