"""Writes kernels/selective_scan/testdata/selective_scan_backward.json: gradients of scans by PyTorch's autograd in float64."""

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
        "a_log": exactly_float32(
            torch.arange(1, states + 1).double().log().repeat(channels, 1) + normal(rng, channels, states, scale=0.125)
        ),
        "d": normal(rng, channels, mean=1),
        "dt_bias": normal(rng, channels, mean=-4, scale=1.5),
    }
    if gated:
        inputs["z"] = normal(rng, batch, length, channels)
    if carried:
        inputs["state"] = normal(rng, batch, channels, states)
    leaves = {name: x.clone().requires_grad_() for name, x in inputs.items()}
    state = leaves.get("state", torch.zeros(batch, channels, states, dtype=torch.float64))
    y, last = selective_scan(
        *(leaves[name] for name in ("u", "delta", "a_log", "b", "c", "d")), leaves.get("z"), leaves["dt_bias"], state
    )
    outputs = {"y": normal(rng, *y.shape)}
    if carried:
        outputs["last_state"] = normal(rng, *last.shape)
    loss = (y * outputs["y"]).sum() + ((last * outputs["last_state"]).sum() if carried else 0)
    loss.backward()
    return {
        "inputs": {name: tensor(x) for name, x in inputs.items()},
        "output_gradients": {name: tensor(x) for name, x in outputs.items()},
        "input_gradients": {name: tensor(leaf.grad) for name, leaf in leaves.items()},
    }


write(
    "kernels/selective_scan/testdata/selective_scan_backward.json",
    {
        "about": "made by tools/golden/selective_scan_backward.py: autograd through selective_scan_ref of state-spaces/mamba, "
        "delta before bias and softplus",
        "gated": case(11, 2, 37, 10, 16, gated=True, carried=False),
        "carried": case(12, 1, 71, 6, 8, gated=False, carried=True),
    },
)
