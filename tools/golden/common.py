"""What the golden-vector programs share: where files go, deterministic input, and compact float32 JSON."""

import json
import pathlib

import numpy
import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
LARGEST_BYTES = 300_000


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def normal(rng: torch.Generator, *shape: int, scale: float = 1.0, mean: float = 0.0) -> torch.Tensor:
    """Normal values that float32 holds exactly, as float64: what the GPU gets is what the reference computes with."""
    return (torch.randn(*shape, generator=rng, dtype=torch.float32) * scale + mean).float().double()


def exactly_float32(x: torch.Tensor) -> torch.Tensor:
    return x.float().double()


def tensor(x: torch.Tensor | numpy.ndarray) -> dict:
    """{shape, data}: row-major, each value the shortest decimal that reads back as the same float32."""
    array = numpy.asarray(x)
    if not numpy.isfinite(array).all():
        raise ValueError("a golden tensor holds a value that is not finite")
    return {"shape": list(array.shape), "data": [float(str(v)) for v in array.astype(numpy.float32).ravel()]}


def write(path: str, document: dict) -> None:
    # One top-level field a line keeps diffs readable.
    fields = [f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}" for key, value in document.items()]
    text = "{\n" + ",\n".join(fields) + "\n}\n"
    if len(text) > LARGEST_BYTES:
        raise ValueError(f"{path} would take {len(text)} bytes, more than {LARGEST_BYTES}")
    target = ROOT / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
    print(f"{path}: {len(text)} bytes")
