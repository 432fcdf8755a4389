"""How a mamba cross-connection learns to listen: a copying task in PyTorch, on a processor, in minutes.

Memory: 4 to 20 of 30 characters, each two noisy frames and up to two blank ones, through one bidirectional Mamba block
(with a CTC loss beside, as in training). Decoder: blocks of Mamba, Mamba([memory; tokens]) and feed-forward, width 64, to
write the characters down. Prints the share of next characters that it gets right, teacher-forced, means of 100 steps.

    python tools/experiments/copying.py --rates 1        # A = -n, as in Mamba
    python tools/experiments/copying.py --rates 0.0156   # A = -n / 64
"""

import argparse
import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

WIDTH, CHARACTERS, BATCH = 64, 30, 16
END, START = 0, CHARACTERS + 1


class Mamba(nn.Module):
    def __init__(self, states: int, rates: float = 1.0):
        super().__init__()
        inner = 2 * WIDTH
        self.states = states
        self.into = nn.Linear(WIDTH, 2 * inner, bias=False)
        self.convolution = nn.Conv1d(inner, inner, 4, groups=inner)
        self.parameters_of = nn.Linear(inner, 4 + 2 * states, bias=False)
        self.step = nn.Linear(4, inner)
        step = torch.exp(math.log(1e-3) + torch.rand(inner) * math.log(100))
        self.step.bias.data = step + torch.log(-torch.expm1(-step))
        self.a_log = nn.Parameter(torch.log(rates * torch.arange(1.0, states + 1)).repeat(inner, 1))
        self.skip = nn.Parameter(torch.ones(inner))
        self.out = nn.Linear(inner, WIDTH, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        u, z = self.into(x).chunk(2, -1)
        u = F.silu(self.convolution(F.pad(u.mT, (3, 0))).mT)
        low, b, c = self.parameters_of(u).split([4, self.states, self.states], -1)
        step = F.softplus(self.step(low))
        decay = torch.exp(step[..., None] * -self.a_log.exp())
        entering = (step * u)[..., None] * b[:, :, None]
        h, rows = torch.zeros_like(entering[:, 0]), []
        for t in range(x.shape[1]):
            h = decay[:, t] * h + entering[:, t]
            rows.append((h * c[:, t, None]).sum(-1))
        return self.out((torch.stack(rows, 1) + self.skip * u) * F.silu(z))


def feed_forward() -> nn.Module:
    return nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 4 * WIDTH), nn.SiLU(), nn.Linear(4 * WIDTH, WIDTH))


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm, self.forth, self.back, self.up = nn.LayerNorm(WIDTH), Mamba(16), Mamba(16), feed_forward()

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(x)
        x = x + self.forth(y) + self.back(y.flip(1)).flip(1)
        return x + self.up(x)


class Block(nn.Module):
    def __init__(self, states: int, rates: float):
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(2))
        self.mixer, self.cross, self.up = Mamba(16), Mamba(states, rates), feed_forward()

    def forward(self, x: Tensor, memory: Tensor) -> Tensor:
        x = x + self.mixer(self.norms[0](x))
        x = x + self.cross(torch.cat([memory, self.norms[1](x)], 1))[:, memory.shape[1] :]
        return x + self.up(x)


class Model(nn.Module):
    def __init__(self, states: int, rates: float, blocks: int):
        super().__init__()
        self.frames, self.tokens = nn.Embedding(CHARACTERS + 1, WIDTH), nn.Embedding(CHARACTERS + 2, WIDTH)
        self.encoder, self.norm = Encoder(), nn.LayerNorm(WIDTH)
        self.blocks = nn.ModuleList(Block(states, rates) for _ in range(blocks))
        self.ctc = nn.Linear(WIDTH, CHARACTERS + 1)
        self.out = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, CHARACTERS + 1))

    def forward(self, frames: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
        memory = self.norm(self.encoder(self.frames(frames) + 0.3 * torch.randn(*frames.shape, WIDTH)))
        x = self.tokens(tokens)
        for block in self.blocks:
            x = block(x, memory)
        return self.ctc(memory), self.out(x)


def make_batch(length: int) -> tuple[Tensor, Tensor]:
    """Frames [B, T] and the characters in them [B, length]."""
    text = torch.randint(1, CHARACTERS + 1, (BATCH, length))
    rows = []
    for characters in text.tolist():
        rows.append([frame for c in characters for frame in [c, c] + [0] * int(torch.randint(0, 3, ()))])
    longest = max(map(len, rows))
    return torch.tensor([row + [0] * (longest - len(row)) for row in rows]), text


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--states", type=int, default=16)
    parser.add_argument("--rates", type=float, default=1.0, help="factor of A's initial values in the cross-connection")
    parser.add_argument("--blocks", type=int, default=2)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    torch.manual_seed(given.seed)
    torch.set_num_threads(1)
    model = Model(given.states, given.rates, given.blocks)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, betas=(0.9, 0.98), weight_decay=0.01)
    right = []
    for i in range(given.steps):
        optimizer.param_groups[0]["lr"] = 2e-3 * min(1, (i + 1) / 100) * (1 - 0.95 * i / given.steps)
        length = int(torch.randint(4, 21, ()))
        frames, text = make_batch(length)
        tokens = torch.cat([torch.full((BATCH, 1), START), text], 1)
        targets = torch.cat([text, torch.full((BATCH, 1), END)], 1)
        ctc, logits = model(frames, tokens)
        counts = [torch.full((BATCH,), n) for n in (frames.shape[1], length)]
        aligned = F.ctc_loss(ctc.log_softmax(-1).transpose(0, 1), text, *counts, zero_infinity=True)
        written = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), label_smoothing=0.1)
        (0.3 * aligned + 0.7 * written).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        right.append((logits.argmax(-1) == targets).float().mean().item())
        if (i + 1) % 100 == 0:
            print(f"{i + 1} steps: {sum(right[-100:]):.1f} % of next characters right", flush=True)


if __name__ == "__main__":
    main()
