"""Writes kernels/ctc/testdata/ctc.json: losses of torch.nn.functional.ctc_loss, and their gradients by the logits, in
float64 of float32 inputs. `zero_infinity` as in training: a text that does not fit its frames counts nothing."""

import torch

from common import generator, normal, tensor, write


def case(seed: int, classes: int, frames: list[int], texts: list[list[int]]) -> dict:
    rng = generator(seed)
    batch, time = len(frames), max(frames)
    width = max(len(text) for text in texts)
    logits = normal(rng, batch, time, classes, scale=2).requires_grad_()
    labels = torch.zeros(batch, width, dtype=torch.long)
    for b, text in enumerate(texts):
        labels[b, : len(text)] = torch.tensor(text, dtype=torch.long)
    loss = torch.nn.functional.ctc_loss(
        logits.log_softmax(-1).transpose(0, 1),
        labels,
        torch.tensor(frames),
        torch.tensor([len(text) for text in texts]),
        blank=0,
        reduction="none",
        zero_infinity=True,
    )
    loss.sum().backward()
    return {
        "logits": tensor(logits.detach()),
        "frames": frames,
        "texts": texts,
        "loss": tensor(loss.detach()),
        "gradient": tensor(logits.grad),
    }


def text(seed: int, classes: int, length: int) -> list[int]:
    return torch.randint(1, classes, (length,), generator=generator(seed)).tolist()


write(
    "kernels/ctc/testdata/ctc.json",
    {
        "about": "made by tools/golden/ctc.py: torch.nn.functional.ctc_loss, reduction none, zero_infinity",
        # Apart, repeated throughout, repeated with exactly the frames that this needs, and with one fewer; no text.
        "short": case(1, 5, [12, 12, 7, 6, 9], [[1, 2, 3], [4, 4, 4], [2, 2, 3, 3, 1], [2, 2, 3, 3, 1], []]),
        "long": case(2, 29, [61, 40], [text(3, 29, 20), text(4, 29, 11)]),
    },
)
