"""One adapter out of several: the mean of what each adds to a layer, cut back to the usual rank. Adapters learned from the same
model on different days are better together than each by itself, at no cost when searching ("model soups", Wortsman et al.
2022, arXiv:2203.05482)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from knowledge.search.adapter import WEIGHTS
from knowledge.search.training.train import RANK

CONFIG = "adapter_config.json"


def average(adapters: Sequence[Path], into: Path, rank: int = RANK) -> float:
    """Write the mean of the adapters to `into`; returns the share of its squared weights that was cut off, 0..1. All must be of the
    same layers and scale."""
    states = [load_file(adapter / WEIGHTS) for adapter in adapters]
    mean: dict[str, torch.Tensor] = {}
    cut = total = 0.0
    for down in (name for name in states[0] if "lora_A" in name):
        up = down.replace("lora_A", "lora_B")
        added = torch.stack([state[up].float() @ state[down].float() for state in states]).mean(0)
        left, sizes, right = torch.linalg.svd(added, full_matrices=False)
        root = sizes[:rank].sqrt()
        mean[up], mean[down] = left[:, :rank] * root, root[:, None] * right[:rank]
        cut, total = cut + float((sizes[rank:] ** 2).sum()), total + float((sizes**2).sum())
    into.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.contiguous().half() for name, tensor in mean.items()}, into / WEIGHTS)
    config = json.loads((adapters[0] / CONFIG).read_text("utf-8"))
    scale = config["lora_alpha"] / config["r"]
    (into / CONFIG).write_text(json.dumps(config | {"r": rank, "lora_alpha": scale * rank}, indent=1) + "\n", "utf-8")
    return cut / total
