"""Samba-ASR and the transformer baseline in plain PyTorch: the project's models again, for checks.

Weights are a dict under the project's names (`samba_weights.py`), of any float type; `config` has the fields of
`model/config.ts`. Every sequence has a row at least.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from samba_layers import (
    How,
    Lengths,
    Weights,
    add_positions,
    attention,
    feed_forward,
    key_mask,
    layer_norm,
    linear,
    mamba,
    self_attention,
    subsampling,
    window_mask,
)


Memory = tuple[Tensor, Lengths]


def encode(values: dict[str, Tensor], config: dict, mel: Tensor, lengths: Lengths, how: How = How()) -> Memory:
    """mel [B, T, bins], normalised → memory [B, ⌈T/4⌉, d] and its lengths."""
    w = Weights(values)
    x, lengths = subsampling(w.at("subsampling"), mel, lengths)
    is_samba = config["family"] == "samba"
    x = how.drop(x if is_samba else add_positions(x * math.sqrt(config["width"])))
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


def decode(
    values: dict[str, Tensor], config: dict, tokens: Tensor, token_lengths: Lengths, heard: Memory, how: How = How()
) -> Tensor:
    """Logits [B, U, V] of what follows each token, by teacher forcing: tokens [B, U], the start first."""
    memory, lengths = heard
    w, cross, heads = Weights(values).at("decoder"), config["decoder"]["crossConnection"], config["heads"]
    joint = lengths.plus(token_lengths)
    x = F.embedding(tokens, w["embedding"])
    x = how.drop(x if config["family"] == "samba" else add_positions(x * math.sqrt(config["width"])))
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
