"""Weights of the project's models by name: as `saveModel` wrote them, or seeded exactly as `createModel` seeds them.

A config is a dict with the fields of `model/config.ts`; weights are a dict of float32 tensors, matrices as [in, out].
"""

import json
import math
from collections.abc import Callable, Iterator

import numpy
import torch

Shape = tuple[int, ...]
Initializer = Callable[[Shape, "Draws"], numpy.ndarray]
Parameter = tuple[str, Shape, Initializer]


def load(path: str) -> tuple[dict, dict[str, torch.Tensor]]:
    """Config and weights of a file that `saveModel` wrote."""
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        return json.loads(file.metadata()["config"]), {name: file.get_tensor(name) for name in file.keys()}


def initial(config: dict, seed: int) -> dict[str, torch.Tensor]:
    """The weights that `createModel(gpu, config, seed)` begins with."""
    return {
        name: torch.from_numpy(initialize(shape, Draws(seed, name)).astype(numpy.float32).reshape(shape))
        for name, shape, initialize in parameters(config)
    }


class Draws:
    """`generator` of model/initialization.ts: uniform in [0, 1), multiples of 2^-24, from a seed and a name."""

    def __init__(self, seed: int, name: str):
        state = numpy.uint32(seed)
        for character in name:
            state = _mix(state ^ numpy.uint32(ord(character) * 0x01000193 & 0xFFFFFFFF))
        self.state = int(state)

    def uniform(self, count: int) -> numpy.ndarray:
        steps = numpy.arange(1, count + 1, dtype=numpy.uint64) * 0x6D2B79F5 + self.state
        self.state = int(steps[-1]) & 0xFFFFFFFF if count else self.state
        return (_mix(steps.astype(numpy.uint32)) >> 8) / 2.0**24

    def integers(self, count: int, n: int) -> list[int]:
        return [int(v) for v in numpy.floor(self.uniform(count) * n)]


def _mix(state):
    with numpy.errstate(over="ignore"):
        t = (state ^ (state >> 15)) * (state | 1)
        t = t ^ (t + (t ^ (t >> 7)) * (t | 61))
        return t ^ (t >> 14)


def _constant(value: float) -> Initializer:
    return lambda shape, _: numpy.full(shape, value)


def _bounded(bound: float) -> Initializer:
    return lambda shape, draws: bound * (2 * draws.uniform(math.prod(shape)) - 1)


def _fan_in(inputs: int) -> Initializer:
    return _bounded(1 / math.sqrt(inputs))


def _a_log(shape: Shape, _: Draws) -> numpy.ndarray:
    return numpy.tile(numpy.log(numpy.arange(1, shape[1] + 1)), (shape[0], 1))


def _lasting_a_log(shape: Shape, _: Draws) -> numpy.ndarray:
    return numpy.tile(numpy.log(numpy.arange(1, shape[1] + 1) / (4 * shape[1])), (shape[0], 1))


def _step_bias(shape: Shape, draws: Draws) -> numpy.ndarray:
    step = numpy.exp(numpy.log(1e-3) + draws.uniform(math.prod(shape)) * numpy.log(100))
    return step + numpy.log(-numpy.expm1(-step))


def parameters(config: dict) -> Iterator[Parameter]:
    """Name, shape and initial values of every weight."""
    d, bins, words = config["width"], config["frontend"]["bins"], len(config["vocabulary"])
    encoder, decoder = config["encoder"], config["decoder"]
    if config["frontend"]["normalization"] == "fixed":
        yield "frontend.mean", (bins,), _constant(-6)
        yield "frontend.deviation", (bins,), _constant(4)
    yield from _linear("subsampling.0", 3 * bins, d)
    yield from _linear("subsampling.1", 3 * d, d)
    for i in range(encoder["blocks"]):
        at = f"encoder.{i}"
        yield from _mixer(at, config, encoder.get("direction") == "bidirectional")
        if encoder["feedForward"] > 0:
            yield from _feed_forward(at, d, encoder["feedForward"])
    yield from _norm("encoder_norm", d)
    yield from _linear("ctc", d, words)
    yield "decoder.embedding", (words, d), _fan_in(d)
    for i in range(decoder["blocks"]):
        at = f"decoder.blocks.{i}"
        yield from _mixer(at, config, False)
        if decoder["crossConnection"] == "mamba":
            yield from _norm(f"{at}.cross.norm", d)
            states = decoder.get("crossState", config["ssm"]["state"])
            held = {**config, "ssm": {**config["ssm"], "state": states}}
            yield from _mamba(f"{at}.cross.mamba", held, False, _lasting_a_log)
        if decoder["crossConnection"] == "attention":
            yield from _norm(f"{at}.cross.norm", d)
            yield from _linear(f"{at}.cross.query", d, d)
            yield from _linear(f"{at}.cross.kv", d, 2 * d)
            yield from _linear(f"{at}.cross.out", d, d)
        yield from _feed_forward(at, d, decoder["feedForward"])
    yield from _norm("decoder.norm", d)
    yield from _linear("decoder.projection", d, words)


def _mixer(at: str, config: dict, bidirectional: bool) -> Iterator[Parameter]:
    d = config["width"]
    if config["family"] == "samba":
        yield from _norm(f"{at}.norm", d)
        yield from _mamba(f"{at}.mamba", config, bidirectional)
    else:
        yield from _norm(f"{at}.attention.norm", d)
        yield from _linear(f"{at}.attention.qkv", d, 3 * d)
        yield from _linear(f"{at}.attention.out", d, d)


def _mamba(at: str, config: dict, bidirectional: bool, a_log=_a_log) -> Iterator[Parameter]:
    d, ssm = config["width"], config["ssm"]
    inner, states, rank, taps = ssm["expand"] * d, ssm["state"], ssm["rank"], ssm["convolution"]
    yield f"{at}.in_proj.weight", (d, 2 * inner), _fan_in(d)
    for direction in ["forward", "backward"] if bidirectional else ["forward"]:
        scan = f"{at}.{direction}"
        yield f"{scan}.conv.weight", (taps, inner), _fan_in(taps)
        yield f"{scan}.conv.bias", (inner,), _fan_in(taps)
        yield f"{scan}.x_proj.weight", (inner, rank + 2 * states), _fan_in(inner)
        yield f"{scan}.dt_proj.weight", (rank, inner), _bounded(1 / math.sqrt(rank))
        yield f"{scan}.a_log", (inner, states), a_log
        yield f"{scan}.d", (inner,), _constant(1)
        yield f"{scan}.dt_bias", (inner,), _step_bias
    yield f"{at}.out_proj.weight", (inner, d), _fan_in(inner)


def _feed_forward(at: str, d: int, hidden: int) -> Iterator[Parameter]:
    yield from _norm(f"{at}.feed_forward.norm", d)
    yield from _linear(f"{at}.feed_forward.up", d, hidden)
    yield from _linear(f"{at}.feed_forward.down", hidden, d)


def _linear(at: str, inputs: int, outputs: int) -> Iterator[Parameter]:
    yield f"{at}.weight", (inputs, outputs), _fan_in(inputs)
    yield f"{at}.bias", (outputs,), _fan_in(inputs)


def _norm(at: str, d: int) -> Iterator[Parameter]:
    yield f"{at}.weight", (d,), _constant(1)
    yield f"{at}.bias", (d,), _constant(0)
