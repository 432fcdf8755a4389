"""Writes training/testdata/training.json: losses of 20 steps of training of tiny models, and their weights then, by
PyTorch in float64 from the project's initial weights.

Prints how far PyTorch's own float32 is from its float64: what may be asked of another float32.
"""

import numpy
import torch

import learning
import samba_weights
from common import write

SEED = 5
# Added to dt bias: as seeded, states hardly change within sequences this short, and the scan would not be seen.
QUICKER = 3.0
STEPS = 20
# Sequences with one frame and with no text, one text that its frames cannot hold, and a batch without padding.
BATCHES = [
    {"seed": 1, "frames": [40, 29, 33], "labels": [4, 0, 5]},
    {"seed": 2, "frames": [37, 8, 38], "labels": [3, 5, 6]},
    {"seed": 3, "frames": [1, 24, 39], "labels": [1, 3, 2]},
    {"seed": 4, "frames": [40, 40, 40], "labels": [4, 4, 4]},
]
# Some steps are clipped and some are not, and the decay is large enough for its absence to show. Where a gradient is zero
# but for rounding, as that of attention's key biases is, Adam with a smaller epsilon would make steps of full size of it.
OPTIMIZER = {
    "learningRate": 4e-3,
    "betas": [0.9, 0.98],
    "epsilon": 1e-6,
    "weightDecay": 0.5,
    "clip": 2.0,
    "averageDecay": 0.8,
}
WARM_UP, FLOOR = 5, 0.1
CTC_WEIGHT, LABEL_SMOOTHING = 0.3, 0.1
SAMPLES = 6

SHARED = {
    "width": 16,
    "heads": 2,
    "frontend": {"bins": 16, "normalization": "utterance"},
    "ssm": {"state": 4, "convolution": 4, "expand": 2, "rank": 4},
    "vocabulary": ["<blank>", "<start>", "<end>", "<unknown>", " ", "'", *"abcdefghijklmnopqrstuvwxyz"],
}
BLOCKS = {"blocks": 2, "feedForward": 32}


def samba_config(cross: str, direction: str) -> dict:
    """`tinySamba` of model/testing.ts, with fewer bins."""
    normalization = "fixed" if direction == "causal" else "utterance"
    return {
        **SHARED,
        "name": f"tiny samba, {direction}, {cross}",
        "family": "samba",
        "frontend": {"bins": 16, "normalization": normalization},
        "encoder": {**BLOCKS, "direction": direction},
        "decoder": {**BLOCKS, "crossConnection": cross},
    }


def transformer_config(cross: str, attention: dict) -> dict:
    """`tinyTransformer` of model/testing.ts, with fewer bins."""
    return {
        **SHARED,
        "name": f"tiny transformer, {attention['kind']}, {cross}",
        "family": "transformer",
        "encoder": {**BLOCKS, "attention": attention},
        "decoder": {**BLOCKS, "crossConnection": cross},
    }


CONFIGS = [
    samba_config("mamba", "bidirectional"),
    samba_config("concat", "bidirectional"),
    samba_config("attention", "bidirectional"),
    samba_config("mamba", "causal"),
    transformer_config("attention", {"kind": "flash"}),
    transformer_config("concat", {"kind": "window", "left": 3, "right": 3}),
]


def train(config: dict, dtype: torch.dtype) -> tuple[list, dict, dict]:
    """[ctc, decoder, gradient's norm] of each step, and weights and their running average behind the last."""
    initial = samba_weights.initial(config, SEED)
    weights = {name: (w + QUICKER * name.endswith("dt_bias")).to(dtype) for name, w in initial.items()}
    trained = [w.requires_grad_() for name, w in weights.items() if learning.is_trained(name)]
    average = {name: w.detach().clone() for name, w in weights.items()}
    optimizer = learning.adam_w(weights, OPTIMIZER)
    figures = []
    for step in range(STEPS):
        batch = learning.make_batch(config, **BATCHES[step % len(BATCHES)])
        batch = learning.Batch(**{**vars(batch), "mel": batch.mel.to(dtype)})
        for group in optimizer.param_groups:
            group["lr"] = learning.learning_rate(step, STEPS, OPTIMIZER["learningRate"], WARM_UP, FLOOR)
        optimizer.zero_grad()
        log_probabilities, decoder = learning.heads(weights, config, batch, LABEL_SMOOTHING)
        ctc = learning.ctc_loss(log_probabilities, batch)
        (CTC_WEIGHT * ctc + (1 - CTC_WEIGHT) * decoder).backward()
        norm = torch.nn.utils.clip_grad_norm_(trained, OPTIMIZER["clip"])
        optimizer.step()
        figures.append([ctc.item(), decoder.item(), norm.item()])
        keep = min(OPTIMIZER["averageDecay"], (2 + step) / (11 + step))
        for name, mean in average.items():
            mean.lerp_(weights[name].detach(), 1 - keep)
    return figures, {name: w.detach() for name, w in weights.items()}, average


def short(values: torch.Tensor) -> list[float]:
    """As float32, each value the shortest decimal that reads back as the same."""
    return [float(str(v)) for v in values.numpy().astype(numpy.float32).ravel()]


def samples(w: torch.Tensor) -> torch.Tensor:
    """Values spread evenly over a weight: element ⌊i·n/count⌋ for i = 0 … count − 1."""
    count = min(SAMPLES, w.numel())
    return w.flatten()[[i * w.numel() // count for i in range(count)]]


def furthest(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> list[tuple[float, str]]:
    """‖a − b‖ / ‖b‖ of the four weights where it is largest, and their names."""
    errors = ((((a[name].double() - w).norm() / w.norm()).item(), name) for name, w in b.items())
    return sorted(errors, reverse=True)[:4]


def case(config: dict) -> dict:
    figures, weights, average = train(config, torch.float64)
    figures32, weights32, average32 = train(config, torch.float32)
    exact, rounded = torch.tensor(figures), torch.tensor(figures32, dtype=torch.float64)
    off = ((rounded - exact).abs() / exact.abs()).max().item()
    print(f"{config['name']}: float32 is off by {off:.1e} in figures, in weights and their average by")
    for found, wanted in [(weights32, weights), (average32, average)]:
        print("  ", ", ".join(f"{error:.1e} {name}" for error, name in furthest(found, wanted)))
    return {
        "config": config,
        "figures": [short(torch.tensor(row)) for row in figures],
        "weights": {
            name: [*short(w.norm()), *short(samples(w)), *short(samples(average[name]))] for name, w in weights.items()
        },
    }


if __name__ == "__main__":
    write(
        "training/testdata/training.json",
        {
            "about": "made by tools/golden/training.py: PyTorch in float64; figures: ctc, decoder, norm of the "
            "gradient by step; weights: norm, samples, samples of the running average",
            "seed": SEED,
            "quicker": QUICKER,
            "steps": STEPS,
            "batches": BATCHES,
            "optimizer": OPTIMIZER,
            "schedule": {"kind": "linear", "warmUpSteps": WARM_UP, "steps": STEPS, "floor": FLOOR},
            "losses": {"ctcWeight": CTC_WEIGHT, "labelSmoothing": LABEL_SMOOTHING},
            "cases": [case(config) for config in CONFIGS],
        },
    )
