"""What the project trains with, in plain PyTorch, for checks: batches from a seed, losses, decay and learning rate."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

import samba
from samba_layers import How, Lengths
from samba_weights import Draws

START, END, FIRST_CHARACTER = 1, 2, 4
IGNORED = -100


@dataclass(frozen=True)
class Batch:
    """Log-mel frames [B, T, bins], and what is read there; `labels` [B, L], decoder's `inputs` and `targets` [B, U]."""

    mel: Tensor
    lengths: Lengths
    labels: Tensor
    label_lengths: Lengths
    inputs: Tensor
    targets: Tensor
    token_lengths: Lengths


def make_batch(config: dict, seed: int, frames: Sequence[int], labels: Sequence[int], device="cpu") -> Batch:
    """A batch of sequences with so many mel frames and labels each, drawn by the project's generator.

    Frames are 4 draws(seed, "mel") − 2 over [B, longest, bins], zero in padding; labels are characters by
    draws(seed, "labels"), sequence after sequence.
    """
    bins, words = config["frontend"]["bins"], len(config["vocabulary"])
    shape = len(frames), max(frames), bins
    mel = 4 * torch.from_numpy(Draws(seed, "mel").uniform(shape[0] * shape[1] * bins)).float().view(shape) - 2
    lengths = Lengths.of(frames, device)
    draws = Draws(seed, "labels")
    texts = [[FIRST_CHARACTER + i for i in draws.integers(n, words - FIRST_CHARACTER)] for n in labels]
    return Batch(
        (mel * Lengths.of(frames).valid(shape[1])[..., None]).to(device),
        lengths,
        _padded(texts, 0, device),
        Lengths.of(labels, device),
        _padded([[START, *text] for text in texts], END, device),
        _padded([[*text, END] for text in texts], IGNORED, device),
        Lengths.of([n + 1 for n in labels], device),
    )


def _padded(rows: list[list[int]], filler: int, device) -> Tensor:
    longest = max(map(len, rows))
    return torch.tensor([row + [filler] * (longest - len(row)) for row in rows], device=device)


def heads(
    values: dict[str, Tensor], config: dict, batch: Batch, label_smoothing: float, how: How = How()
) -> tuple[Tensor, Tensor]:
    """CTC's log-probabilities [⌈T/4⌉, B, V], and the decoder's cross-entropy in nats a target."""
    heard = samba.encode(values, config, batch.mel, batch.lengths, how)
    logits = samba.decode(values, config, batch.inputs, batch.token_lengths, heard, how)
    decoder = F.cross_entropy(
        logits.flatten(0, 1), batch.targets.flatten(), reduction="sum", label_smoothing=label_smoothing
    )
    log_probabilities = samba.ctc_logits(values, heard[0]).log_softmax(-1).transpose(0, 1)
    return log_probabilities, decoder / sum(batch.token_lengths.host)


def ctc_loss(log_probabilities: Tensor, batch: Batch) -> Tensor:
    """In nats a label. A text that its frames cannot hold counts nothing, but for its labels."""
    lengths = batch.lengths.halved().halved().host
    texts = batch.label_lengths.host
    loss = F.ctc_loss(log_probabilities, batch.labels, lengths, texts, reduction="sum", zero_infinity=True)
    return loss / max(1, sum(texts))


def is_trained(name: str) -> bool:
    return not name.startswith("frontend.")


def decays(name: str, weight: Tensor) -> bool:
    """Matrices do; norms, biases, A_log, D and dt bias do not."""
    return weight.dim() >= 2 and not name.endswith("a_log")


def adam_w(values: dict[str, Tensor], settings: dict, **options) -> torch.optim.AdamW:
    """AdamW over what is trained; `settings` as the field `optimizer` of a training config."""
    trained = {name: w for name, w in values.items() if is_trained(name)}
    groups = [
        {"params": [w for name, w in trained.items() if decays(name, w) == decayed], "weight_decay": decay}
        for decayed, decay in [(True, settings["weightDecay"]), (False, 0.0)]
    ]
    return torch.optim.AdamW(
        groups, lr=settings["learningRate"], betas=tuple(settings["betas"]), eps=settings["epsilon"], **options
    )


def learning_rate(step: int, steps: int, peak: float, warm_up: int, floor: float) -> float:
    """Of step `step` from 0: up to the peak by equal parts, then down in a straight line to `floor` of it."""
    if step < warm_up:
        return peak * (step + 1) / warm_up
    start = max(warm_up - 1, 0)
    return peak * (1 - (1 - floor) * min((step - start) / max(steps - 1 - start, 1), 1))
