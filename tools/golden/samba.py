"""Samba-ASR and the transformer baseline in plain PyTorch: the project's models again, for checks.

Weights are a dict under the project's names (`samba_weights.py`), of any float type; `config` has the fields of
`model/config.ts`. Rows behind a sequence's length never reach those before it, and what they hold means nothing.
"""

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

    def each(self, change: Callable[[int], int]) -> "Lengths":
        return Lengths.of(map(change, self.host), self.device.device)


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
        lengths = lengths.each(lambda n: -(-n // 2))
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
    rate = torch.exp(-torch.log(torch.tensor(10000.0, dtype=torch.float64)) / (half - 1) * torch.arange(half))
    angle = torch.arange(x.shape[1], dtype=torch.float64)[:, None] * rate
    return x + torch.cat([angle.sin(), angle.cos()], 1).to(x)


def encode(values: dict[str, Tensor], config: dict, mel: Tensor, lengths: Lengths, how: How = How()):
    """mel [B, T, bins], normalised → memory [B, ⌈T/4⌉, d] and its lengths."""
    w = Weights(values)
    x, lengths = subsampling(w.at("subsampling"), mel, lengths)
    is_samba = config["family"] == "samba"
    x = how.drop(x if is_samba else add_positions(x))
    mask = None if is_samba else key_mask(lengths, x.shape[1])
    if not is_samba and config["encoder"]["attention"]["kind"] == "window":
        form = config["encoder"]["attention"]
        window = window_mask(x.shape[1], form["left"], form["right"], x.device)
        # A row of padding would see nothing; it sees itself.
        mask = (window if mask is None else window & mask) | window_mask(x.shape[1], 0, 0, x.device)

    def block(own: Weights, x: Tensor) -> Tensor:
        if is_samba:
            y = mamba(own.at("mamba"), layer_norm(own.at("norm"), x), lengths, how)
            x = x + how.drop(linear(own.at("mamba", "out_proj"), y))
        else:
            x = self_attention(own.at("attention"), x, config["heads"], mask, False, how)
        return feed_forward(own.at("feed_forward"), x, how) if config["encoder"]["feedForward"] > 0 else x

    for i in range(config["encoder"]["blocks"]):
        x = how.block(block, w.at("encoder", i), x)
    return layer_norm(w.at("encoder_norm"), x), lengths


def ctc_logits(values: dict[str, Tensor], memory: Tensor) -> Tensor:
    return linear(Weights(values).at("ctc"), memory)


def concatenate(memory: Tensor, lengths: Lengths, x: Tensor) -> Tensor:
    """[B, T + U, d]: each sequence's real rows of memory, then all of x, then rows that mean nothing."""
    t = torch.arange(memory.shape[1] + x.shape[1], device=x.device)
    own, start = lengths.device[:, None], memory.shape[1]
    source = torch.where(t < own, t, (start + t - own).clamp(max=start + x.shape[1] - 1))
    return torch.cat([memory, x], 1).gather(1, source[..., None].expand(-1, -1, x.shape[2]))


def take(x: Tensor, start: Lengths, count: int) -> Tensor:
    """The `count` rows behind each sequence's start: what `concatenate` put there."""
    source = start.device[:, None] + torch.arange(count, device=x.device)
    return x.gather(1, source[..., None].expand(-1, -1, x.shape[2]))


def decode(values: dict[str, Tensor], config: dict, tokens: Tensor, token_lengths: Lengths, memory: Tensor, lengths: Lengths, how: How = How()):
    """Logits [B, U, V] of what follows each token, by teacher forcing: tokens [B, U], the start first."""
    w, cross, heads = Weights(values).at("decoder"), config["decoder"]["crossConnection"], config["heads"]
    joint = Lengths.of(map(sum, zip(lengths.host, token_lengths.host)), memory.device)
    x = F.embedding(tokens, w["embedding"])
    x = how.drop(x if config["family"] == "samba" else add_positions(x))
    if cross == "concat":
        x = concatenate(memory, lengths, x)
    own_lengths = joint if cross == "concat" else token_lengths
    memory_mask = key_mask(lengths, memory.shape[1])

    def block(own: Weights, x: Tensor, memory: Tensor) -> Tensor:
        if config["family"] == "samba":
            y = mamba(own.at("mamba"), layer_norm(own.at("norm"), x), own_lengths, how)
            x = x + how.drop(linear(own.at("mamba", "out_proj"), y))
        else:  # what lies behind a row, padding among it, is hidden from it anyway
            x = self_attention(own.at("attention"), x, heads, None, True, how)
        other = own.at("cross")
        if cross == "mamba":
            joined = concatenate(memory, lengths, layer_norm(other.at("norm"), x))
            y = take(mamba(other.at("mamba"), joined, joint, how), lengths, x.shape[1])
            x = x + how.drop(linear(other.at("mamba", "out_proj"), y))
        if cross == "attention":
            q = linear(other.at("query"), layer_norm(other.at("norm"), x))
            k, v = linear(other.at("kv"), memory).chunk(2, -1)
            x = x + how.drop(linear(other.at("out"), attention(q, k, v, heads, memory_mask)))
        return feed_forward(own.at("feed_forward"), x, how)

    for i in range(config["decoder"]["blocks"]):
        x = how.block(block, w.at("blocks", i), x, memory)
    if cross == "concat":
        x = take(x, lengths, tokens.shape[1])
    return linear(w.at("projection"), layer_norm(w.at("norm"), x))
