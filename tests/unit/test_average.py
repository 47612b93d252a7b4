"""Several adapters become one that adds to each layer what they add on average."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")


def adapter(folder: Path, seed: int) -> Path:
    from safetensors.torch import save_file

    torch.manual_seed(seed)
    folder.mkdir()
    save_file(
        {"x.lora_A.weight": torch.randn(2, 6), "x.lora_B.weight": torch.randn(5, 2)},
        folder / "adapter_model.safetensors",
    )
    (folder / "adapter_config.json").write_text(json.dumps({"r": 2, "lora_alpha": 4, "peft_type": "LORA"}), "utf-8")
    return folder


def test_the_mean_adds_what_the_adapters_add_on_average(tmp_path: Path) -> None:
    from safetensors.torch import load_file

    from knowledge.search.training.average import average

    parts = [adapter(tmp_path / "a", 1), adapter(tmp_path / "b", 2)]
    assert average(parts, tmp_path / "whole", rank=4) == pytest.approx(0.0, abs=1e-6)
    states = [load_file(part / "adapter_model.safetensors") for part in parts]
    wanted = sum(state["x.lora_B.weight"] @ state["x.lora_A.weight"] for state in states) / 2
    whole = load_file(tmp_path / "whole" / "adapter_model.safetensors")
    added = whole["x.lora_B.weight"].float() @ whole["x.lora_A.weight"].float()
    assert torch.allclose(added, wanted, atol=0.02)
    config = json.loads((tmp_path / "whole" / "adapter_config.json").read_text("utf-8"))
    assert (config["r"], config["lora_alpha"], config["peft_type"]) == (4, 8, "LORA")
    assert 0.0 < average(parts, tmp_path / "cut", rank=1) < 1.0
