"""Danger is heard, and the past or a question about the law is not taken for it."""

import pytest

from service.danger import dangers, detect, safety_card

HEARD = {
    "老公正在打我": "violence",
    "老公打我怎么办": "violence",
    "我老公打我，我好害怕": "violence",
    "被老公家暴，好害怕": "violence",
    "他拿着刀在门口": "violence",
    "老板说要砍死我": "violence",
    "救命": "violence",
    "他在法院门口放话，出去就弄死你，我天天睡不着": "violence",
    "前夫说要让我全家不得好死": "violence",
    "离婚官司打到一半，他老是恐吓我，我该怎么保护自己的人身安全": "violence",
    "债主发短信说做掉我全家": "violence",
    "前夫在外面砸门 正在踹门": "violence",
    "我不想活了": "self_harm",
    "欠了一屁股债 想跳楼": "self_harm",
    "活着没意思": "self_harm",
    "刚吃了一瓶药": "self_harm",
    "被老板关在宿舍不让出去": "detention",
    "他们把我关起来不让走": "detention",
    "我被骗进传销了": "detention",
    "被老板关在宿舍，派出所也不管": "detention",
    "孩子走丢了": "child",
    "女儿被人猥亵": "child",
}
NOT_HEARD = [
    "他打了我能要求赔偿吗",
    "上个月老公打了我能离婚吗",
    "家暴怎么取证",
    "工友跳楼自杀算工伤吗",
    "凶宅以前有人自杀过能退房吗",
    "工资卡被银行锁住了",
    "我弟弟被公安拘留了怎么办",
    "我表哥帮人看场子被关在派出所了，会判多久",
    "公司打印机坏了",
    "邻居打死我家的狗要赔多少",
    "农药飘过来弄死我家鱼",
    "怎么保护我的商标",
    "网店要怎么保护客户信息安全",
    "房东不退押金",
    "打官司要多少钱",
    "非法拘禁是不是犯罪",
    "老板打电话骂我",
    "我想打工伤官司",
    "资金被锁在平台里",
    "打架轻伤判几年",
    "孩子归谁抚养",
    "人身安全保护令怎么申请",
]


@pytest.mark.parametrize(("text", "kind"), HEARD.items())
def test_heard(text: str, kind: str) -> None:
    assert detect(text) == kind


@pytest.mark.parametrize("text", NOT_HEARD)
def test_not_heard(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize("kind", dangers())
def test_every_safety_card_names_whom_to_call(kind: str) -> None:
    assert any(number in place for place in safety_card(kind).where for number in ("110", "120"))
