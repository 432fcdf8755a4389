"""Times the selective scan by Triton kernels, forward and backward alone, after comparing it with the plain loop.
Development only; needs a CUDA build of PyTorch, with Triton.

    scan.py --shapes 1x45000x512,16x2048x512 [--plan chunk=64,tile=16,group=4]
"""

import argparse
import functools
import statistics

import torch

from measure import DEVICE, peak_bytes, plan, report, seconds  # isort: skip: finds the modules below

from samba_layers import Lengths, selective_scan
from triton_scan import PLAN, scan_backward, scan_forward, triton_scan


def scan_inputs(batch: int, length: int, channels: int, states: int = 16) -> dict[str, torch.Tensor]:
    """Steps are softplus(±2 − 4), 0.002 to 0.13; B and C are columns behind those of dt, z stands beside the input."""
    rng = torch.Generator(DEVICE).manual_seed(1)
    draw = lambda *shape: 2 * torch.rand(*shape, generator=rng, device=DEVICE) - 1
    rank = -(-channels // 32)
    projected = draw(batch, length, rank + 2 * states)
    return {
        "u": draw(batch, length, channels),
        "delta": 2 * draw(batch, length, channels),
        "a_log": torch.arange(1, states + 1, device=DEVICE).float().log().repeat(channels, 1),
        "b": projected[..., rank : rank + states],
        "c": projected[..., rank + states :],
        "d": draw(channels),
        "z": draw(batch, length, 2 * channels)[..., channels:],
        "dt_bias": torch.full((channels,), -4.0, device=DEVICE),
    }


def scan_error(reverse: bool) -> float:
    """The largest relative error of result and gradients, against the loop in float64, on ragged sequences."""
    inputs = scan_inputs(2, 150, 80)
    lengths = Lengths.of([150, 71], DEVICE)
    pull = torch.randn_like(inputs["u"])
    found = []
    for scan, dtype in [(selective_scan, torch.float64), (triton_scan, torch.float32)]:
        own = [x.detach().to(dtype).requires_grad_() for x in inputs.values()]
        y = scan(*own, lengths, reverse)
        found.append([y.detach(), *torch.autograd.grad((y * pull).sum(), own)])
    return max(((b.double() - a).norm() / a.norm()).item() for a, b in zip(*found))


def scan_row(shape: tuple[int, int, int], repeats: int) -> dict:
    inputs = list(scan_inputs(*shape).values())
    lengths = Lengths.of([shape[1]] * shape[0], DEVICE).device
    dy = torch.randn_like(inputs[0])
    forward = seconds(lambda: scan_forward(*inputs, lengths, False), repeats)
    _, states = scan_forward(*inputs, lengths, False)
    before = torch.cuda.memory_allocated() if DEVICE == "cuda" else 0
    backward = seconds(lambda: scan_backward(dy, *inputs, lengths, states, False), repeats)
    return {
        "forward_seconds": statistics.median(forward),
        "backward_seconds": statistics.median(backward),
        "states_bytes": 4 * states.numel(),
        "backward_bytes": (peak_bytes() or before) - before,
        "all_seconds": {"forward": forward, "backward": backward},
    }


def scan(options: argparse.Namespace) -> None:
    for reverse in [False, True]:
        report({"work": "scan error", "reverse": reverse}, lambda: {"relative_error": scan_error(reverse)})
    for shape in options.shapes.split(","):
        sizes = tuple(int(n) for n in shape.split("x"))
        about = {"work": "scan", "shape": shape, "states": 16, "plan": PLAN}
        report(about, functools.partial(scan_row, sizes, options.steps))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", default="1x45000x512,16x2048x512", help="batch x length x channels")
    parser.add_argument("--steps", type=int, default=10, help="timed runs")
    parser.add_argument("--plan", default="", help="how it is cut up: chunk=64,tile=16,group=4")
    options = parser.parse_args()
    if options.plan:
        plan(options.plan)
    scan(options)
