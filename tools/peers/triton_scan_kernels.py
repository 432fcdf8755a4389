"""Selective scan and its gradients in Triton: chunks of time side by side, and in each one step after another.

A program is one warp. Each lane owns a channel and keeps its N states in registers; neighbouring lanes own neighbouring
channels, so rows are loaded whole. Step s of a sequence is its row s, or in reverse its row length − 1 − s. Steps are
taken in groups of GROUP, whose loads come before their arithmetic; TILE and CHUNK are multiples of GROUP and TILE.
"""

import triton
import triton.language as tl

from triton_scan_parts import (
    BD,
    LOG2E,
    chained,
    expm1_negative,
    load_deltas,
    load_steps,
    rates_of,
    row_of,
    sigmoid,
    state_at,
    store,
)


@triton.jit
def summary_kernel(
    delta, x, gate, v, dt_bias, a_log, lengths, ends, sums, L, D, chunks, s_delta, s_x, s_gate, s_v,
    N: tl.constexpr, CHUNK: tl.constexpr, GROUP: tl.constexpr, REVERSE: tl.constexpr, ADJOINT: tl.constexpr,
):  # fmt: skip
    """Of each chunk ΣΔ, and the state that it leaves behind of none.

    Forward x is u and v is b. As ADJOINT x is dy, gate is z and v is c, and what is left goes to the chunk before.
    """
    chunk, batch = tl.program_id(0), tl.program_id(2)
    channel, n = tl.program_id(1) * BD + tl.arange(0, BD), tl.arange(0, N)
    real = channel < D
    length = tl.load(lengths + batch)
    rate = rates_of(a_log, channel, real, N)
    bias = tl.load(dt_bias + channel, real, 0.0)
    h = tl.zeros([N, BD], tl.float32)
    total = tl.zeros([BD], tl.float32)
    for i in range(CHUNK // GROUP):
        step = chunk * CHUNK + (CHUNK // GROUP - 1 - i if ADJOINT else i) * GROUP
        dts = load_deltas(delta, bias, batch, step, length, s_delta, L, channel, real, GROUP, REVERSE)
        xs = load_steps(x, batch, step, length, s_x, L, channel, real, GROUP, REVERSE)
        vs = load_steps(v, batch, step, length, s_v, L, n, n < N, GROUP, REVERSE)
        if ADJOINT:
            gates = load_steps(gate, batch, step, length, s_gate, L, channel, real, GROUP, REVERSE)
            for k in tl.static_range(GROUP - 1, -1, -1):
                pull = xs[k] * gates[k] * sigmoid(gates[k])
                h = tl.exp2(dts[k][None, :] * rate) * (h + vs[k][:, None] * pull[None, :])
                total += dts[k]
        else:
            for k in tl.static_range(GROUP):
                h = tl.exp2(dts[k][None, :] * rate) * h + vs[k][:, None] * (dts[k] * xs[k])[None, :]
                total += dts[k]
    tl.store(ends + state_at(batch, chunk, chunks, channel, D, N), h, real[None, :])
    tl.store(sums + (batch * chunks + chunk) * D + channel, total, real)


@triton.jit
def carry_kernel(
    ends, sums, a_log, starts, D, chunks,
    N: tl.constexpr, CT: tl.constexpr, BE: tl.constexpr, ADJOINT: tl.constexpr,
):  # fmt: skip
    """What each chunk begins with, from what those before it leave behind: starts [B, chunks, N, D]."""
    batch = tl.program_id(1)
    element = tl.program_id(0) * BE + tl.arange(0, BE)
    real = element < N * D
    channel, n = element % D, element // D
    a = -tl.exp(tl.load(a_log + channel * N + n, real, 0.0))
    first = chunks - 1 if ADJOINT else 0
    tl.store(starts + (batch * chunks + first).to(tl.int64) * N * D + element, tl.zeros([BE], tl.float32), real)
    h = tl.zeros([BE], tl.float32)
    for base in range(0, chunks, CT):
        k = base + tl.arange(0, CT)
        index = chunks - 1 - k if ADJOINT else k
        here = (k < chunks)[:, None] & real[None, :]
        at = (batch * chunks + index).to(tl.int64)[:, None]
        x = tl.load(ends + at * N * D + element[None, :], here, 0.0)
        decay = tl.exp(tl.load(sums + at * D + channel[None, :], here, 0.0) * a[None, :])
        x += tl.where((k == base)[:, None], decay * h[None, :], 0.0)
        _, all = tl.associative_scan((decay, x), 0, chained)
        after = at - 1 if ADJOINT else at + 1
        tl.store(starts + after * N * D + element[None, :], all, (k < chunks - 1)[:, None] & real[None, :])
        h = tl.sum(tl.where((k == base + CT - 1)[:, None], all, 0.0), 0)


@triton.jit
def output_kernel(
    u, delta, a_log, b, c, d, z, dt_bias, lengths, starts, y, states, L, D, chunks, tiles,
    s_u, s_delta, s_b, s_c, s_z,
    N: tl.constexpr, CHUNK: tl.constexpr, TILE: tl.constexpr, GROUP: tl.constexpr, REVERSE: tl.constexpr,
):  # fmt: skip
    """y [B, L, D], and the state before each tile [B, tiles, N, D]; starts are not read where there is one chunk."""
    chunk, batch = tl.program_id(0), tl.program_id(2)
    channel, n = tl.program_id(1) * BD + tl.arange(0, BD), tl.arange(0, N)
    real = channel < D
    length = tl.load(lengths + batch)
    rate = rates_of(a_log, channel, real, N)
    bias = tl.load(dt_bias + channel, real, 0.0)
    skip = tl.load(d + channel, real, 0.0)
    h = tl.zeros([N, BD], tl.float32)
    if chunks > 1:
        h = tl.load(starts + state_at(batch, chunk, chunks, channel, D, N), real[None, :], 0.0)
    for step in range(chunk * CHUNK, tl.minimum(L, chunk * CHUNK + CHUNK), GROUP):
        if step % TILE == 0:
            tl.store(states + state_at(batch, step // TILE, tiles, channel, D, N), h, real[None, :])
        dts = load_deltas(delta, bias, batch, step, length, s_delta, L, channel, real, GROUP, REVERSE)
        us = load_steps(u, batch, step, length, s_u, L, channel, real, GROUP, REVERSE)
        zs = load_steps(z, batch, step, length, s_z, L, channel, real, GROUP, REVERSE)
        bs = load_steps(b, batch, step, length, s_b, L, n, n < N, GROUP, REVERSE)
        cs = load_steps(c, batch, step, length, s_c, L, n, n < N, GROUP, REVERSE)
        for k in tl.static_range(GROUP):
            h = tl.exp2(dts[k][None, :] * rate) * h + bs[k][:, None] * (dts[k] * us[k])[None, :]
            o = tl.sum(h * cs[k][:, None], 0) + skip * us[k]
            row = row_of(step + k, length, REVERSE)
            store(y, o * zs[k] * sigmoid(zs[k]), batch, row, D, L, channel, real)


@triton.jit
def gradient_kernel(
    u, delta, a_log, b, c, d, z, dt_bias, lengths, states, ends, dy, du, ddelta, dz, db, dc, da, dd, dbias,
    B, L, D, chunks, tiles, s_u, s_delta, s_b, s_c, s_z, s_dy,
    N: tl.constexpr, CHUNK: tl.constexpr, TILE: tl.constexpr, GROUP: tl.constexpr, REVERSE: tl.constexpr,
):  # fmt: skip
    """All gradients: by rows; of b and c [D / BD, B, L, N] and of weights [B, chunks, …], to be summed up.

    With g the gradient of the state: g_t = c_t do_t + a_{t+1} g_{t+1}; `ends` is what a chunk's last step gets of it.
    """
    chunk, block, batch = tl.program_id(0), tl.program_id(1), tl.program_id(2)
    channel, n = block * BD + tl.arange(0, BD), tl.arange(0, N)
    real = channel < D
    length = tl.load(lengths + batch)
    rate = rates_of(a_log, channel, real, N)
    bias = tl.load(dt_bias + channel, real, 0.0)
    skip = tl.load(d + channel, real, 0.0)
    own = block.to(tl.int64) * B * L * N
    handed = tl.zeros([N, BD], tl.float32)
    if chunks > 1:
        handed = tl.load(ends + state_at(batch, chunk, chunks, channel, D, N), real[None, :], 0.0)
    sum_a = tl.zeros([N, BD], tl.float32)
    sum_d = tl.zeros([BD], tl.float32)
    sum_bias = tl.zeros([BD], tl.float32)
    groups = tl.cdiv(tl.minimum(L - chunk * CHUNK, CHUNK), GROUP)
    for i in range(groups):
        step = chunk * CHUNK + (groups - 1 - i) * GROUP
        # From the tile's state to the group's, and through the group.
        tile = step // TILE
        h = tl.load(states + state_at(batch, tile, tiles, channel, D, N), real[None, :], 0.0)
        for before in range(tile * TILE, step, GROUP):
            dts = load_deltas(delta, bias, batch, before, length, s_delta, L, channel, real, GROUP, REVERSE)
            us = load_steps(u, batch, before, length, s_u, L, channel, real, GROUP, REVERSE)
            bs = load_steps(b, batch, before, length, s_b, L, n, n < N, GROUP, REVERSE)
            for k in tl.static_range(GROUP):
                h = tl.exp2(dts[k][None, :] * rate) * h + bs[k][:, None] * (dts[k] * us[k])[None, :]
        dts = load_deltas(delta, bias, batch, step, length, s_delta, L, channel, real, GROUP, REVERSE)
        us = load_steps(u, batch, step, length, s_u, L, channel, real, GROUP, REVERSE)
        zs = load_steps(z, batch, step, length, s_z, L, channel, real, GROUP, REVERSE)
        dys = load_steps(dy, batch, step, length, s_dy, L, channel, real, GROUP, REVERSE)
        bs = load_steps(b, batch, step, length, s_b, L, n, n < N, GROUP, REVERSE)
        cs = load_steps(c, batch, step, length, s_c, L, n, n < N, GROUP, REVERSE)
        hs = (h,)
        for k in tl.static_range(GROUP):
            h = tl.exp2(dts[k][None, :] * rate) * h + bs[k][:, None] * (dts[k] * us[k])[None, :]
            hs = hs + (h,)
        for k in tl.static_range(GROUP - 1, -1, -1):
            row = row_of(step + k, length, REVERSE)
            open = sigmoid(zs[k])
            o = tl.sum(hs[k + 1] * cs[k][:, None], 0) + skip * us[k]
            store(dz, dys[k] * o * open * (1 + zs[k] * (1 - open)), batch, row, D, L, channel, real)
            pull = dys[k] * zs[k] * open
            g = handed + cs[k][:, None] * pull[None, :]
            store(dc + own, tl.sum(hs[k + 1] * pull[None, :], 1), batch, row, N, L, n, n < N)
            store(db + own, tl.sum(g * (dts[k] * us[k])[None, :], 1), batch, row, N, L, n, n < N)
            along = tl.sum(g * bs[k][:, None], 0)
            store(du, dts[k] * along + skip * pull, batch, row, D, L, channel, real)
            handed = tl.exp2(dts[k][None, :] * rate) * g
            carried = handed * hs[k] * rate
            sum_a += carried * dts[k][None, :]
            # d softplus(r) / dr = 1 − exp(−softplus(r)), which is 0 behind the length, as Δ is.
            draw = (tl.sum(carried, 0) / LOG2E + us[k] * along) * -expm1_negative(dts[k])
            store(ddelta, draw, batch, row, D, L, channel, real)
            sum_d += pull * us[k]
            sum_bias += draw
    part = batch * chunks + chunk
    tl.store(da + state_at(batch, chunk, chunks, channel, D, N), sum_a / LOG2E, real[None, :])
    tl.store(dd + part * D + channel, sum_d, real)
    tl.store(dbias + part * D + channel, sum_bias, real)
