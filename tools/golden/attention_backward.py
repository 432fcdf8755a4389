"""Writes kernels/attention/testdata/attention_backward.json: attention and its gradients by autograd, in float64 of float32 inputs."""

import torch

from common import generator, normal, tensor, write


def case(
    seed: int,
    batch: int,
    queries: int,
    keys: int,
    heads: int,
    head_size: int,
    causal: bool = False,
    window: tuple[int, int] | None = None,
    query_offset: int = 0,
    query_lengths: list[int] | None = None,
    key_lengths: list[int] | None = None,
) -> dict:
    rng = generator(seed)
    width = heads * head_size
    q, k, v, dy = (normal(rng, batch, rows, width) for rows in (queries, keys, keys, queries))
    inputs = [x.requires_grad_() for x in (q, k, v)]
    query_ends = torch.tensor(query_lengths or [queries] * batch)
    key_ends = torch.tensor(key_lengths or [keys] * batch)

    ahead = torch.arange(keys) - (torch.arange(queries)[:, None] + query_offset)
    left, right = window or (keys + queries + query_offset, keys)
    seen = (ahead >= -left) & (ahead <= (0 if causal else right))
    seen = seen & (torch.arange(keys) < key_ends[:, None, None])  # [B, Tq, Tk]
    real = torch.arange(queries) < query_ends[:, None]

    def split(x: torch.Tensor) -> torch.Tensor:
        return x.unflatten(2, (heads, head_size)).transpose(1, 2)

    y = torch.nn.functional.scaled_dot_product_attention(*map(split, inputs), attn_mask=seen[:, None])
    y = y.transpose(1, 2).flatten(2) * real[:, :, None]
    y.backward(dy)
    return {
        "heads": heads,
        "causal": causal,
        "window": window,
        "query_offset": query_offset,
        "query_lengths": query_lengths,
        "key_lengths": key_lengths,
        **{name: tensor(x.detach()) for name, x in {"q": q, "k": k, "v": v, "dy": dy, "y": y}.items()},
        **{f"d{name}": tensor(x.grad) for name, x in zip("qkv", inputs)},
    }


write(
    "kernels/attention/testdata/attention_backward.json",
    {
        "about": "made by tools/golden/attention_backward.py: scaled_dot_product_attention, and autograd's gradients of sum(y * dy)",
        "ragged": case(1, 2, 9, 9, 2, 16, query_lengths=[9, 6], key_lengths=[9, 6]),
        "cross": case(2, 1, 3, 35, 2, 16),
        "causal": case(3, 1, 5, 9, 2, 16, causal=True, query_offset=3),
        "window": case(4, 1, 20, 20, 1, 16, window=(6, 3)),
    },
)
