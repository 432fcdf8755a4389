"""The official Mamba-1 computation (state-spaces/mamba, mamba_simple.py and selective_scan_ref) restated in float64."""

import torch
import torch.nn.functional as F


def selective_scan(u, delta, a_log, b, c, d, z, dt_bias, state):
    """u, delta, z [B, L, D]; b, c [B, L, N]; a_log [D, N]; d, dt_bias [D]; state [B, D, N] → y [B, L, D], last state."""
    step = F.softplus(delta + dt_bias, threshold=torch.inf)
    a = -a_log.exp()
    h = state
    rows = []
    for t in range(u.shape[1]):
        decay = torch.exp(step[:, t, :, None] * a)
        h = decay * h + (step[:, t] * u[:, t])[:, :, None] * b[:, t, None, :]
        rows.append((h * c[:, t, None, :]).sum(-1) + d * u[:, t])
    y = torch.stack(rows, 1)
    return (y if z is None else y * F.silu(z)), h


def mamba(x, weights):
    """One block. x [B, L, d_model] → y the same; conv state [B, width - 1, d_inner], oldest row first; ssm state [B, d_inner, N]."""
    inner, states = weights["a_log"].shape
    rank = weights["dt_proj"].shape[0]
    x, z = (x @ weights["in_proj"]).split(inner, -1)
    taps = weights["conv_weight"].shape[0]
    padded = F.pad(x, (0, 0, taps - 1, 0))
    convolved = F.conv1d(padded.mT, weights["conv_weight"].T[:, None, :], weights["conv_bias"], groups=inner).mT
    u = F.silu(convolved)
    dt, b, c = (u @ weights["x_proj"]).split([rank, states, states], -1)
    zero = torch.zeros(len(x), inner, states, dtype=x.dtype)
    y, state = selective_scan(
        u, dt @ weights["dt_proj"], weights["a_log"], b, c, weights["d"], z, weights["dt_bias"], zero
    )
    return y @ weights["out_proj"], padded[:, -(taps - 1):], state
