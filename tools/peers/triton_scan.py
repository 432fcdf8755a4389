"""`selective_scan` of tools/golden/samba_layers.py with its gradients, by Triton kernels: a PyTorch op of its own."""

import torch
import triton
from torch import Tensor

import triton_scan_kernels as kernels

# Steps of a program; steps after which forward keeps the state; steps whose states are in registers at once.
PLAN = {"chunk": 64, "tile": 16, "group": 4}


def _wide(x: Tensor) -> Tensor:
    return x if x.stride(-1) == 1 and x.stride(0) == x.shape[1] * x.stride(1) else x.contiguous()


class _Shape:
    """What all launches of a scan share."""

    def __init__(self, u: Tensor, a_log: Tensor, reverse: bool):
        self.B, self.L, self.D = u.shape
        self.N = a_log.shape[1]
        self.chunks = max(1, triton.cdiv(self.L, PLAN["chunk"]))
        self.tiles = triton.cdiv(self.L, PLAN["tile"])
        self.blocks = triton.cdiv(self.D, kernels.BD.value)
        self.grid = (self.chunks, self.blocks, self.B)
        self.meta = {"N": self.N, "CHUNK": PLAN["chunk"], "GROUP": PLAN["group"], "REVERSE": reverse, "num_warps": 1}

    def carried(self, delta, x, gate, vector, dt_bias, a_log, lengths, adjoint: bool) -> Tensor:
        """What each chunk begins with: the state, or (adjoint) the gradient of the state that it leaves."""
        starts = delta.new_empty(self.B, self.chunks, self.N, self.D)
        if self.chunks == 1:
            return starts
        ends = torch.empty_like(starts)
        sums = delta.new_empty(self.B, self.chunks, self.D)
        strides = [t.stride(1) for t in (delta, x, gate, vector)]
        kernels.summary_kernel[self.grid](
            delta, x, gate, vector, dt_bias, a_log, lengths, ends, sums, self.L, self.D, self.chunks, *strides,
            ADJOINT=adjoint, **self.meta,
        )  # fmt: skip
        grid = (triton.cdiv(self.N * self.D, 64), self.B)
        kernels.carry_kernel[grid](
            ends, sums, a_log, starts, self.D, self.chunks, N=self.N, CT=32, BE=64, ADJOINT=adjoint, num_warps=4
        )
        return starts


@torch.library.custom_op("samba::scan_forward", mutates_args=())
def scan_forward(
    u: Tensor, delta: Tensor, a_log: Tensor, b: Tensor, c: Tensor, d: Tensor, z: Tensor, dt_bias: Tensor,
    lengths: Tensor, reverse: bool,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """y [B, L, D], and the states before each tile [B, tiles, N, D]; shapes as in `selective_scan`."""
    u, delta, b, c, z = map(_wide, (u, delta, b, c, z))
    s = _Shape(u, a_log, reverse)
    starts = s.carried(delta, u, u, b, dt_bias, a_log, lengths, False)
    y = u.new_empty(u.shape)
    states = u.new_empty(s.B, s.tiles, s.N, s.D)
    kernels.output_kernel[s.grid](
        u, delta, a_log, b, c, d, z, dt_bias, lengths, starts, y, states, s.L, s.D, s.chunks, s.tiles,
        *(t.stride(1) for t in (u, delta, b, c, z)), TILE=PLAN["tile"], **s.meta,
    )  # fmt: skip
    return y, states


@scan_forward.register_fake
def _(u, delta, a_log, b, c, d, z, dt_bias, lengths, reverse):
    return u.new_empty(u.shape), u.new_empty(u.shape[0], -(-u.shape[1] // PLAN["tile"]), a_log.shape[1], u.shape[2])


@torch.library.custom_op("samba::scan_backward", mutates_args=())
def scan_backward(
    dy: Tensor, u: Tensor, delta: Tensor, a_log: Tensor, b: Tensor, c: Tensor, d: Tensor, z: Tensor, dt_bias: Tensor,
    lengths: Tensor, states: Tensor, reverse: bool,
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:  # fmt: skip
    """Gradients of u, delta, a_log, b, c, d, z and dt_bias, in this order."""
    dy, u, delta, b, c, z = map(_wide, (dy, u, delta, b, c, z))
    s = _Shape(u, a_log, reverse)
    ends = s.carried(delta, dy, z, c, dt_bias, a_log, lengths, True)
    du, ddelta, dz = (u.new_empty(u.shape) for _ in range(3))
    db, dc = (u.new_empty(s.blocks, s.B, s.L, s.N) for _ in range(2))
    da = u.new_empty(s.B, s.chunks, s.N, s.D)
    dd, dbias = (u.new_empty(s.B, s.chunks, s.D) for _ in range(2))
    kernels.gradient_kernel[s.grid](
        u, delta, a_log, b, c, d, z, dt_bias, lengths, states, ends, dy, du, ddelta, dz, db, dc, da, dd, dbias,
        s.B, s.L, s.D, s.chunks, s.tiles, *(t.stride(1) for t in (u, delta, b, c, z, dy)), TILE=PLAN["tile"], **s.meta,
    )  # fmt: skip
    da = da.sum((0, 1)).T.contiguous()
    return du, ddelta, da, db.sum(0), dc.sum(0), dd.sum((0, 1)), dz, dbias.sum((0, 1))


@scan_backward.register_fake
def _(dy, u, delta, a_log, b, c, d, z, dt_bias, lengths, states, reverse):
    return tuple(x.new_empty(x.shape) for x in (u, delta, a_log, b, c, d, z, dt_bias))


def _setup(ctx, inputs, output):
    *tensors, ctx.reverse = inputs
    ctx.save_for_backward(*tensors, output[1])


def _backward(ctx, dy, _):
    return *scan_backward(dy, *ctx.saved_tensors, ctx.reverse), None, None


scan_forward.register_autograd(_backward, setup_context=_setup)


def triton_scan(u, delta, a_log, b, c, d, z, dt_bias, lengths, reverse: bool) -> Tensor:
    """In the place of `selective_scan`."""
    return scan_forward(u, delta, a_log, b, c, d, z, dt_bias, lengths.device, reverse)[0]
