"""Layers of the project's models in plain PyTorch, for checks; `samba.py` puts them together.

Rows behind a sequence's length never reach those before it, and what they hold means nothing.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.checkpoint import checkpoint


@dataclass(frozen=True)
class Lengths:
    """Real rows of each sequence: on the host, and as a tensor [B] on the device."""

    host: tuple[int, ...]
    device: Tensor

    @staticmethod
    def of(host, device="cpu") -> "Lengths":
        return Lengths(tuple(host), torch.tensor(list(host), device=device))

    def valid(self, rows: int) -> Tensor:
        """[B, rows]: whether a row is real."""
        return torch.arange(rows, device=self.device.device) < self.device[:, None]

    def halved(self) -> "Lengths":
        return Lengths(tuple(-(-n // 2) for n in self.host), (self.device + 1) // 2)

    def plus(self, other: "Lengths") -> "Lengths":
        return Lengths(tuple(map(sum, zip(self.host, other.host))), self.device + other.device)


class Weights:
    """The weights under a prefix."""

    def __init__(self, values: dict[str, Tensor], prefix: str = ""):
        self.values, self.prefix = values, prefix

    def at(self, *path) -> "Weights":
        return Weights(self.values, self.prefix + "".join(f"{name}." for name in path))

    def __getitem__(self, name: str) -> Tensor:
        return self.values[self.prefix + name]

    def __contains__(self, name: str) -> bool:
        return self.prefix + name in self.values


def selective_scan(u, delta, a_log, b, c, d, z, dt_bias, lengths: Lengths, reverse: bool) -> Tensor:
    """y = (C·h + d u) ∘ SiLU(z), h = exp(Δ A) h + Δ B u, step by step, from each sequence's own last row if `reverse`.

    u, delta, z [B, L, D]; b, c [B, L, N]; a_log [D, N]; d, dt_bias [D] → [B, L, D], zero in padding.
    """
    if reverse:
        turn = lambda x: reversed_rows(x, lengths)
        return turn(selective_scan(turn(u), turn(delta), a_log, turn(b), turn(c), d, turn(z), dt_bias, lengths, False))
    step = F.softplus(delta + dt_bias, threshold=torch.inf)
    a = -a_log.exp()
    h = u.new_zeros(u.shape[0], *a_log.shape)
    rows = []
    for t in range(u.shape[1]):
        h = torch.exp(step[:, t, :, None] * a) * h + (step[:, t] * u[:, t])[:, :, None] * b[:, t, None, :]
        rows.append((h * c[:, t, None, :]).sum(-1) + d * u[:, t])
    y = torch.stack(rows, 1) * F.silu(z)
    return y * lengths.valid(u.shape[1])[..., None]


def reversed_rows(x: Tensor, lengths: Lengths) -> Tensor:
    """x [B, L, d] with each sequence's real rows in reverse, and padding where it was."""
    t = torch.arange(x.shape[1], device=x.device)
    source = torch.where(lengths.valid(x.shape[1]), lengths.device[:, None] - 1 - t, t)
    return x.gather(1, source[..., None].expand_as(x))


@dataclass(frozen=True)
class How:
    """What a model is run with: the scan, dropout's rate, and whether blocks are run again in place of being kept."""

    scan: Callable[..., Tensor] = selective_scan
    dropout: float = 0.0
    recompute: bool = False

    def drop(self, x: Tensor) -> Tensor:
        return F.dropout(x, self.dropout) if self.dropout > 0 else x

    def block(self, run: Callable[..., Tensor], *inputs) -> Tensor:
        return checkpoint(run, *inputs, use_reentrant=False) if self.recompute else run(*inputs)


def linear(w: Weights, x: Tensor) -> Tensor:
    y = x @ w["weight"]
    return y + w["bias"] if "bias" in w else y


def layer_norm(w: Weights, x: Tensor) -> Tensor:
    return F.layer_norm(x, x.shape[-1:], w["weight"], w["bias"], 1e-5)


def subsampling(w: Weights, x: Tensor, lengths: Lengths) -> tuple[Tensor, Lengths]:
    """Two convolutions of width 3, stride 2, one row of padding in front: [B, T, bins] → [B, ⌈T/4⌉, d]."""
    for i in range(2):
        own = w.at(i)
        taps = own["weight"].view(3, x.shape[2], -1).permute(2, 1, 0)
        padded = F.pad(x * lengths.valid(x.shape[1])[..., None], (0, 0, 1, x.shape[1] % 2))
        x = F.silu(F.conv1d(padded.mT, taps, own["bias"], stride=2).mT)
        lengths = lengths.halved()
    return x, lengths


def feed_forward(w: Weights, x: Tensor, how: How) -> Tensor:
    return x + how.drop(linear(w.at("down"), F.silu(linear(w.at("up"), layer_norm(w.at("norm"), x)))))


def causal_convolution(w: Weights, x: Tensor, lengths: Lengths, reverse: bool) -> Tensor:
    """Depthwise, the last tap on the row itself and the others on those before it (behind it, if `reverse`)."""
    taps, rows = w["weight"].shape[0], x.shape[1]
    weight = w["weight"].flip(0) if reverse else w["weight"]
    padded = F.pad(x * lengths.valid(rows)[..., None], (0, 0, 0, taps - 1) if reverse else (0, 0, taps - 1, 0))
    return sum(weight[k] * padded[:, k : k + rows] for k in range(taps)) + w["bias"]


def mamba(w: Weights, x: Tensor, lengths: Lengths, how: How) -> Tensor:
    """Up to the layer's way out: in_proj, convolution and scan one way or both, gate. [B, T, d] → [B, T, D]."""
    input, z = linear(w.at("in_proj"), x).chunk(2, -1)
    y = 0
    for direction in ["forward", "backward"]:
        own = w.at(direction)
        if "d" not in own:
            continue
        reverse = direction == "backward"
        u = F.silu(causal_convolution(own.at("conv"), input, lengths, reverse))
        states = own["a_log"].shape[1]
        rank = own["dt_proj.weight"].shape[0]
        dt, b, c = linear(own.at("x_proj"), u).split([rank, states, states], -1)
        delta = linear(own.at("dt_proj"), dt)
        y = y + how.scan(u, delta, own["a_log"], b, c, own["d"], z, own["dt_bias"], lengths, reverse)
    return y


def attention(q: Tensor, k: Tensor, v: Tensor, heads: int, mask: Tensor | None, causal: bool = False) -> Tensor:
    q, k, v = (x.unflatten(-1, (heads, -1)).transpose(1, 2) for x in (q, k, v))
    return F.scaled_dot_product_attention(q, k, v, mask, is_causal=causal).transpose(1, 2).flatten(-2)


def self_attention(w: Weights, x: Tensor, heads: int, mask: Tensor | None, causal: bool, how: How) -> Tensor:
    q, k, v = linear(w.at("qkv"), layer_norm(w.at("norm"), x)).chunk(3, -1)
    return x + how.drop(linear(w.at("out"), attention(q, k, v, heads, mask, causal)))


def key_mask(lengths: Lengths, rows: int) -> Tensor | None:
    """[B, 1, 1, rows]: which keys are seen; nothing where all are, so that the fastest kernel may be chosen."""
    return None if min(lengths.host) == rows else lengths.valid(rows)[:, None, None]


def window_mask(rows: int, left: int, right: int, device: torch.device) -> Tensor:
    t = torch.arange(rows, device=device)
    distance = t - t[:, None]
    return (distance >= -left) & (distance <= right)


def add_positions(x: Tensor) -> Tensor:
    """Whisper's sinusoids: sines in the first half of the channels, cosines in the second."""
    half = x.shape[2] // 2
    count = lambda n: torch.arange(n, dtype=torch.float64, device=x.device)
    angle = count(x.shape[1])[:, None] * torch.exp(-math.log(10000) / (half - 1) * count(half))
    return x + torch.cat([angle.sin(), angle.cos()], 1).to(x)
