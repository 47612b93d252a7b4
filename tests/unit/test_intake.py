"""The intake script: consent first, what is known is read back, every answer as people type it, changed on wish."""

from datetime import date

import pytest

from knowledge.schema import Question
from service.intake import IntakeInterview, known_facts, opening_answers, phone_in, read_back, script
from service.interviews import asks

TODAY = date(2026, 11, 24)
INTAKE = IntakeInterview()
ALL = {
    "consent": "agree", "story": "公司欠薪", "opponent": "好运来电子厂", "happened": "2026-10-01", "amount": "35000",
    "people": "3", "paper": "none", "evidence": "转账记录", "want": "拿回工资", "street": "dalang", "contact": "here",
    "name": "unknown", "meet": "yes_face",
}  # fmt: skip


def question(id_: str) -> Question:
    return next(q for q in script().questions if q.id == id_)


def following(answers: dict[str, str]) -> str | None:
    found = INTAKE.next_question(answers, TODAY)
    return found.id if found else None


def test_consent_comes_first_and_names_who_sees_it() -> None:
    first = INTAKE.next_question({}, TODAY)
    assert first and first.id == "consent"
    card = INTAKE.question_card(first, {})
    assert "接手的律师和他的主管" in card.steps[0]
    assert [c.label for c in card.choices] == ["同意，转给律师", "不留痕：只留编号和愿望", "不同意", "先不说了"]


def test_without_consent_nothing_more_is_asked() -> None:
    assert following({"consent": "refuse"}) is None
    assert following({"consent": "no_trace"}) == "wish"
    assert following({"consent": "no_trace", "wish": "想离婚"}) is None
    assert INTAKE.read(question("consent"), "不清楚", TODAY) == {}


def test_one_question_after_another_to_the_end() -> None:
    answers: dict[str, str] = {}
    asked = []
    while (now := following(answers)) is not None:
        asked.append(now)
        answers[now] = {**ALL, "confirm": "send"}[now]
    assert asked == [*ALL, "confirm"]


def test_papers_ask_for_their_day() -> None:
    assert following({**ALL, "paper": "award"}) == "paper_on"
    assert following({**ALL, "paper": "hearing"}) == "hearing_on"


def test_an_anonymous_person_is_asked_for_no_name() -> None:
    left = {k: v for k, v in ALL.items() if k not in ("name", "meet")}
    assert following({**left, "contact": "code"}) == "meet"
    assert following({**left, "contact": "phone"}) == "phone"


@pytest.mark.parametrize(
    ("id_", "text", "answer"),
    [
        ("amount", "三万五", "35000"),
        ("amount", "大概8千", "8000"),
        ("happened", "去年国庆", "2025-10-01"),
        ("happened", "上个月底", "2026-10-31"),
        ("happened", "2027年3月1号", None),
        ("hearing_on", "下周三", "2026-12-02"),
        ("hearing_on", "12月5号", "2026-12-05"),
        ("people", "十二个人", "12"),
        ("people", "就我一个", "1"),
        ("phone", "138 0013 8000", "13800138000"),
        ("phone", "0755-12345678", "0755-12345678"),
        ("phone", "12345", None),
        ("story", "厂里三个月没发工资，老板跑了", "厂里三个月没发工资，老板跑了"),
        ("story", "请问仲裁要钱吗", None),
        ("want", "能拿回多少？", None),
        ("opponent", "跳过", "unknown"),
        ("street", "民治", "minzhi"),
        ("consent", "同意，转给律师", "agree"),
        ("consent", "不留痕", "no_trace"),
        ("confirm", "跳过", None),
    ],
)
def test_answers_as_people_type_them(id_: str, text: str, answer: str | None) -> None:
    assert INTAKE.read(question(id_), text, TODAY) == ({} if answer is None else {id_: answer})


@pytest.mark.parametrize(
    "text",
    ["老板欠我三个月工资，去要了好几次，每次都说下个月，我该怎么办才能把钱要回来，家里等着用钱呢，怎么办", "拿回工资"],
)
def test_a_story_is_no_question(text: str) -> None:
    assert not asks(text)


def test_one_thing_changed_is_asked_again_and_all_is_read_back() -> None:
    answers = {**ALL, "confirm": "change"}
    assert following(answers) == "change"
    mended, why = INTAKE.mended({**answers, "change": "amount"}, TODAY)
    assert why is None and following(mended) == "amount"
    again = {**mended, "amount": "40000"}
    assert following(again) == "confirm"
    card = INTAKE.question_card(question("confirm"), again)
    assert "牵涉金额 40000 元" in card.steps and "对方：好运来电子厂" in card.steps
    both, _ = INTAKE.mended({**ALL, "contact": "phone", "phone": "1", "confirm": "change", "change": "contact"}, TODAY)
    assert following(both) == "contact" and "phone" not in both


def test_what_is_known_is_read_back_and_not_asked() -> None:
    begun = opening_answers(
        {"story": "公司三个月没发工资", "amount": "35000"}, ["还在上班"], {"story": "m1", "amount": "m2"}
    )
    answers = {**begun, "consent": "agree"}
    assert following(answers) == "opponent"
    card = INTAKE.question_card(question("opponent"), answers)
    assert card.steps[-3:] == ["经过：公司三个月没发工资", "牵涉金额 35000 元", "还在上班"]
    later = {**answers, "opponent": "好运来"}
    assert following(later) == "happened"
    assert "您说过的我记着，不再问：" not in INTAKE.question_card(question("happened"), later).steps
    assert known_facts({**answers, "amount": "1"}) == ["经过：公司三个月没发工资", "还在上班"]
    assert read_back(later) == ["经过：公司三个月没发工资", "对方：好运来", "牵涉金额 35000 元", "还在上班"]


def test_a_step_back_leaves_what_was_known_before() -> None:
    answers = {**opening_answers({"amount": "35000"}, [], {"amount": "m2"}), "consent": "agree", "story": "欠薪"}
    assert following(INTAKE.back(answers)) == "story"
    assert INTAKE.back(answers)["amount"] == "35000"


def test_it_may_be_cut_short_once_there_is_a_story() -> None:
    assert INTAKE.cut_short({"consent": "agree"}) is None
    assert INTAKE.cut_short({"consent": "agree", "story": "欠薪"}) == "done"
    assert INTAKE.cut_short({"consent": "no_trace", "story": "欠薪"}) is None


def test_numbers_in_a_text_are_no_phone() -> None:
    assert phone_in("身份证440301199001011234") is None
