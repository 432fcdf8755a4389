"""How PyTorch is timed beside the project: in float32 without tf32, by events of the device, a line of JSON a row."""

import json
import pathlib
import sys
import time

import torch

# The models are those that make the golden vectors.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "golden"))

torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
# The card idles at a fraction of its clock.
BUSY_SECONDS = 0.3


def wait() -> None:
    if DEVICE == "cuda":
        torch.cuda.synchronize()


def seconds(work, repeats: int, warm_up: int = 3) -> list[float]:
    """Of each of `repeats` runs, on the device, right after others."""
    for _ in range(warm_up):
        work()
    wait()
    start = time.perf_counter()
    while time.perf_counter() - start < BUSY_SECONDS:
        work()
        wait()
    if DEVICE == "cpu":
        return [timed(work) for _ in range(repeats)]
    torch.cuda.reset_peak_memory_stats()
    marks = [torch.cuda.Event(enable_timing=True) for _ in range(repeats + 1)]
    marks[0].record()
    for mark in marks[1:]:
        work()
        mark.record()
    wait()
    return [a.elapsed_time(b) / 1000 for a, b in zip(marks, marks[1:])]


def timed(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak_bytes() -> int | None:
    return torch.cuda.max_memory_allocated() if DEVICE == "cuda" else None


def report(about: dict, row) -> None:
    """Prints a row, or why there is none."""
    name = torch.cuda.get_device_name() if DEVICE == "cuda" else "cpu"
    try:
        result = row()
    except Exception as error:  # any: out of memory, what a compiler cannot take
        result = {"error": f"{type(error).__name__}: {str(error).strip().splitlines()[0][:300]}"}
    print(json.dumps({**about, **result, "device": name, "torch": torch.__version__}), flush=True)
    torch.compiler.reset()
    if DEVICE == "cuda":
        torch.cuda.empty_cache()


def plan(text: str) -> None:
    """Sets how the Triton scan is cut up: chunk=64,tile=16,group=4."""
    from triton_scan import PLAN

    PLAN.update({name: int(value) for name, value in (part.split("=") for part in text.split(","))})
