"""What the kernels of the selective scan in Triton share: arithmetic, and rows by steps.

Step s of a sequence is its row s, or in reverse its row length − 1 − s.
"""

import triton
import triton.language as tl

BD = tl.constexpr(32)
LOG2E = tl.constexpr(1.4426950408889634)


@triton.jit
def chained(a1, x1, a2, x2):
    """h → a1 h + x1, and then h → a2 h + x2."""
    return a1 * a2, a2 * x1 + x2


@triton.jit
def softplus(x):
    # log1p(e) = 2 atanh(e / (2 + e)): the device's own log keeps few digits near 1.
    e = tl.exp(-tl.abs(x))
    r = e / (2.0 + e)
    q = r * r
    p = 1.0 + q * (1 / 3 + q * (1 / 5 + q * (1 / 7 + q * (1 / 9 + q * (1 / 11 + q * (1 / 13 + q / 15))))))
    return tl.maximum(x, 0.0) + 2.0 * r * p


@triton.jit
def sigmoid(x):
    return 1.0 / (1.0 + tl.exp(-x))


@triton.jit
def expm1_negative(x):
    """e^−x − 1 for x ≥ 0: by its series where the difference would keep few digits."""
    series = -x * (1.0 - x / 2.0 * (1.0 - x / 3.0 * (1.0 - x / 4.0 * (1.0 - x / 5.0 * (1.0 - x / 6.0)))))
    return tl.where(x < 0.25, series, tl.exp(-x) - 1.0)


@triton.jit
def row_of(step, length, REVERSE: tl.constexpr):
    """Rows behind the length stay where they are."""
    return tl.where(step < length, length - 1 - step, step) if REVERSE else step


@triton.jit
def load(x, batch, row, stride, L, column, mask):
    """Row [columns] of x [B, L, …], with `stride` from row to row; zero where masked."""
    return tl.load(x + (batch * L + row).to(tl.int64) * stride + column, mask, 0.0)


@triton.jit
def store(x, value, batch, row, width, L, column, mask):
    tl.store(x + (batch * L + row).to(tl.int64) * width + column, value, mask & (row < L))


@triton.jit
def load_steps(x, batch, step, length, stride, L, column, real, COUNT: tl.constexpr, REVERSE: tl.constexpr):
    """Rows of COUNT steps from `step` on, as a tuple; zero behind the length."""
    rows = ()
    for k in tl.static_range(COUNT):
        inside = step + k < length
        rows = rows + (load(x, batch, row_of(step + k, length, REVERSE), stride, L, column, real & inside),)
    return rows


@triton.jit
def load_deltas(
    delta, bias, batch, step, length, stride, L, column, real, COUNT: tl.constexpr, REVERSE: tl.constexpr
):  # fmt: skip
    """Δ of the same: zero behind the length, so that such a step leaves the state alone."""
    raw = load_steps(delta, batch, step, length, stride, L, column, real, COUNT, REVERSE)
    steps = ()
    for k in tl.static_range(COUNT):
        steps = steps + (tl.where(step + k < length, softplus(raw[k] + bias), 0.0),)
    return steps


@triton.jit
def rates_of(a_log, channel, real, N: tl.constexpr):
    """A · log2 e = −exp(a_log) · log2 e as [N, BD]."""
    at = channel[None, :] * N + tl.arange(0, N)[:, None]
    return -tl.exp(tl.load(a_log + at, real[None, :], 0.0)) * LOG2E


@triton.jit
def state_at(batch, index, count, channel, D, N: tl.constexpr):
    """Elements of [B, count, N, D]."""
    n = (batch * count + index).to(tl.int64) * N + tl.arange(0, N)
    return n[:, None] * D + channel[None, :]
