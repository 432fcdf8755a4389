"""Writes kernels/selective_scan/testdata/selective_scan.json: scans in float64 of float32 inputs."""

import torch

from common import exactly_float32, generator, normal, tensor, write
from mamba import selective_scan


def case(seed: int, batch: int, length: int, channels: int, states: int, gated: bool, carried: bool) -> dict:
    rng = generator(seed)
    inputs = {
        "u": normal(rng, batch, length, channels),
        "delta": normal(rng, batch, length, channels),
        "b": normal(rng, batch, length, states),
        "c": normal(rng, batch, length, states),
        "a_log": exactly_float32(torch.arange(1, states + 1).double().log().repeat(channels, 1))
        + normal(rng, channels, states, scale=0.125),
        "d": normal(rng, channels, mean=1),
        "dt_bias": normal(rng, channels, mean=-4, scale=1.5),
    }
    inputs["a_log"] = exactly_float32(inputs["a_log"])
    if gated:
        inputs["z"] = normal(rng, batch, length, channels)
    if carried:
        inputs["state"] = normal(rng, batch, channels, states)
    state = inputs.get("state", torch.zeros(batch, channels, states, dtype=torch.float64))
    y, last = selective_scan(
        *(inputs[name] for name in ("u", "delta", "a_log", "b", "c", "d")), inputs.get("z"), inputs["dt_bias"], state
    )
    return {**{name: tensor(x) for name, x in inputs.items()}, "y": tensor(y), "last_state": tensor(last)}


write(
    "kernels/selective_scan/testdata/selective_scan.json",
    {
        "about": "made by tools/golden/selective_scan.py: selective_scan_ref of state-spaces/mamba, delta before bias and softplus",
        "gated": case(1, 2, 37, 24, 16, gated=True, carried=False),
        "carried": case(2, 1, 71, 12, 8, gated=False, carried=True),
    },
)
