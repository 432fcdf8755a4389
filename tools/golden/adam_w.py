"""Writes kernels/optimizer/testdata/adam_w.json: weights after a few steps of torch.optim.AdamW (float32) with
torch.nn.utils.clip_grad_norm_. Two tensors, of which one takes no weight decay."""

import torch

from common import generator, normal, tensor, write

STEPS = 5
CLIP = 1.0
SETTINGS = {"lr": 3e-3, "betas": (0.9, 0.98), "eps": 1e-8}
DECAY = 0.1

rng = generator(1)
weights = [normal(rng, 7, 11).float().requires_grad_(), normal(rng, 64).float().requires_grad_()]
initial = [w.detach().clone() for w in weights]
optimizer = torch.optim.AdamW(
    [{"params": [weights[0]], "weight_decay": DECAY}, {"params": [weights[1]], "weight_decay": 0.0}], **SETTINGS
)
steps = []
for step in range(STEPS):
    # Some steps are clipped, some are not.
    gradients = [normal(rng, *w.shape, scale=0.02 if step % 2 else 1.0).float() for w in weights]
    for w, g in zip(weights, gradients):
        w.grad = g.clone()
    norm = torch.nn.utils.clip_grad_norm_(weights, CLIP)
    optimizer.step()
    steps.append(
        {
            "gradients": [tensor(g) for g in gradients],
            "norm": norm.item(),
            "weights": [tensor(w.detach()) for w in weights],
        }
    )

write(
    "kernels/optimizer/testdata/adam_w.json",
    {
        "about": "made by tools/golden/adam_w.py: torch.optim.AdamW after clip_grad_norm_, float32",
        "settings": {
            "learningRate": SETTINGS["lr"],
            "beta1": SETTINGS["betas"][0],
            "beta2": SETTINGS["betas"][1],
            "epsilon": SETTINGS["eps"],
            "weightDecay": DECAY,
            "clip": CLIP,
        },
        "initial": [tensor(w) for w in initial],
        "steps": steps,
    },
)
