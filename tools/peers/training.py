"""Times PyTorch at what the project trains: the same models, weights, batches, losses and optimiser, in float32 without
tf32. Development only; needs a CUDA build of PyTorch, with Triton.

    training.py CONFIG --batch 16 --frames 1024 --tokens 128     steps of AdamW, eager and compiled
    training.py CONFIG --batch 1 --minutes 5,10,30               the same of single long recordings

CONFIG is a file with a model's config as JSON (`canonicalJson` of a `ModelConfig`), "-" for standard input. Weights are
those of `createModel(gpu, config, seed)`, and batches are drawn as `make_batch` of tools/golden/learning.py says: so
losses may be compared with the project's. Prints a line of JSON a row; what failed is a row that says why.
"""

import argparse
import functools
import json
import pathlib
import statistics
import sys

import torch

from measure import DEVICE, peak_bytes, plan, report, seconds  # isort: skip: finds the modules below

import learning
import samba_weights
from samba_layers import How, selective_scan

MODES = {"eager": None, "compile": "default", "cudagraphs": "reduce-overhead"}
FRAMES_PER_SECOND = 100


def train_row(config: dict, options: argparse.Namespace, frames: int, tokens: int, mode: str) -> dict:
    """Times steps of one shape, all sequences of which are of the same length."""
    weights = {name: w.to(DEVICE) for name, w in samba_weights.initial(config, options.seed).items()}
    trained = [w.requires_grad_() for name, w in weights.items() if learning.is_trained(name)]
    settings = {"learningRate": options.rate, "betas": [0.9, 0.98], "epsilon": 1e-8, "weightDecay": 0.01}
    optimizer = learning.adam_w(weights, settings, fused=True)
    batch = learning.make_batch(config, options.seed, [frames] * options.batch, [tokens] * options.batch, DEVICE)
    how = How(scan_of(options.scan), options.dropout, options.recompute)

    heads = functools.partial(learning.heads, weights, config, batch, options.label_smoothing, how)
    if mode != "eager":  # CTC stays outside: PyTorch does not compile it
        heads = torch.compile(heads, mode=MODES[mode], dynamic=False, fullgraph=True)
    losses = []

    def step() -> None:
        log_probabilities, decoder = heads()
        ctc = learning.ctc_loss(log_probabilities, batch)
        (options.ctc_weight * ctc + (1 - options.ctc_weight) * decoder).backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0, foreach=True)
        optimizer.step()
        optimizer.zero_grad()
        losses.append((ctc.detach(), decoder.detach().clone()))

    taken = seconds(step, options.steps)
    median = statistics.median(taken)
    return {
        "parameters": sum(w.numel() for w in trained),
        "seconds": median,
        "steps_per_second": 1 / median,
        "audio_seconds_per_second": options.batch * frames / FRAMES_PER_SECOND / median,
        "peak_bytes": peak_bytes(),
        "losses": [[ctc.item(), decoder.item()] for ctc, decoder in losses[:5]],
        "all_seconds": taken,
    }


def train(options: argparse.Namespace) -> None:
    text = sys.stdin.read() if options.config == "-" else pathlib.Path(options.config).read_text()
    config = json.loads(text)
    shapes = [(options.frames, options.tokens)]
    if options.minutes:
        minutes = [float(m) for m in options.minutes.split(",")]
        shapes = [(int(m * 60 * FRAMES_PER_SECOND), int(m * options.tokens_per_minute)) for m in minutes]
    for frames, tokens in shapes:
        for mode in options.modes.split(","):
            about = {
                "work": "train", "model": config["name"], "mode": mode, "batch": options.batch, "frames": frames,
                "tokens": tokens, "scan": options.scan, "dropout": options.dropout, "recompute": options.recompute,
            }  # fmt: skip
            report(about, functools.partial(train_row, config, options, frames, tokens, mode))


def scan_of(name: str):
    if name == "loop":
        return selective_scan
    from triton_scan import triton_scan

    return triton_scan


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config")
    parser.add_argument("--steps", type=int, default=10, help="timed steps")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--frames", type=int, default=1024, help="of log-mel, of each sequence")
    parser.add_argument("--tokens", type=int, default=128, help="labels of each sequence")
    parser.add_argument("--minutes", help="in place of frames and tokens: 5,10,30")
    parser.add_argument("--tokens-per-minute", type=float, default=900)
    parser.add_argument("--modes", default="eager,compile", help=",".join(MODES))
    parser.add_argument("--scan", choices=["triton", "loop"], default="triton")
    parser.add_argument("--plan", help="of the Triton scan: chunk=64,tile=16,group=4")
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--label-smoothing", type=float, default=0.1)
    parser.add_argument("--ctc-weight", type=float, default=0.3)
    parser.add_argument("--rate", type=float, default=1e-3, help="learning rate, the same in each step")
    parser.add_argument("--recompute", action="store_true", help="run each block again in backward")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.plan:
        plan(options.plan)
    train(options)
