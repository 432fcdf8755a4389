"""Writes model/testdata/mamba_block.json: one whole Mamba block, weights and all."""

import torch

from common import exactly_float32, generator, normal, tensor, write
from mamba import mamba

WIDTH, INNER, STATES, RANK, TAPS, BATCH, LENGTH = 8, 16, 4, 2, 4, 2, 13

rng = generator(3)
weights = {
    "in_proj": normal(rng, WIDTH, 2 * INNER, scale=WIDTH**-0.5),
    "conv_weight": normal(rng, TAPS, INNER, scale=TAPS**-0.5),
    "conv_bias": normal(rng, INNER, scale=0.1),
    "x_proj": normal(rng, INNER, RANK + 2 * STATES, scale=INNER**-0.5),
    "dt_proj": normal(rng, RANK, INNER, scale=RANK**-0.5),
    "dt_bias": normal(rng, INNER, mean=-4, scale=1.5),
    "a_log": exactly_float32(torch.arange(1, STATES + 1).double().log().repeat(INNER, 1)),
    "d": normal(rng, INNER, mean=1, scale=0.1),
    "out_proj": normal(rng, INNER, WIDTH, scale=INNER**-0.5),
}
x = normal(rng, BATCH, LENGTH, WIDTH)
y, conv_state, ssm_state = mamba(x, weights)
write(
    "model/testdata/mamba_block.json",
    {
        "about": "made by tools/golden/mamba_block.py; matrices are [in, out] (y = x W); in_proj's columns are x | z, x_proj's "
        "dt | B | C; conv_weight is [tap, channel], the last tap on the newest row; conv_state [B, 3, inner] oldest row first, "
        "ssm_state [B, inner, N], both after the last row from zero states",
        "weights": {name: tensor(w) for name, w in weights.items()},
        "x": tensor(x),
        "y": tensor(y),
        "conv_state": tensor(conv_state),
        "ssm_state": tensor(ssm_state),
    },
)
