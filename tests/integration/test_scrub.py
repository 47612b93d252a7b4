"""What could say who somebody is does not get into public content."""

import pytest

from service.scrub import findings, scrub

PLANTED = [
    "我叫王建国，在龙华富士达精密电子有限公司上班，老板张大伟欠我三个月工资",
    "房东李秀英不退押金，她电话13812345678，微信号lixy_8812",
    "身份证440301199001011234，户名陈志强，卡号6222 0212 3456 7890 123",
    "对方律师是刘芳律师，案号（2026）粤0309民初1234号",
    "住在民治街道梅龙路88号8栋1203室，车牌粤B12345，邮箱wang.jg@163.com",
    "电话是 138-1234-5678 或者 0755-28123456",
    "深圳宏发物流公司的赵经理打了我",
    "我老公欧阳明把房子卖了，证人周杰可以作证",
    "被告何永强借我5万，收条上写着何永强",
    "房东姓赵，赵国强，护照E12345678，通行证C12345678，在美达塑胶制品厂门口等我",
    "统一社会信用代码91440300MA5EXAMPL1的公司",
]
SECRETS = [
    "王建国", "富士达", "张大伟", "李秀英", "13812345678", "lixy_8812", "440301199001011234", "陈志强", "6222", "刘芳",
    "粤0309民初1234号", "梅龙路88号", "1203", "粤B12345", "wang.jg", "138-1234-5678", "28123456", "宏发", "欧阳明", "周杰", "何永强",
    "国强", "E12345678", "C12345678", "美达",
]  # fmt: skip


def test_nothing_planted_is_left() -> None:
    clean = "\n".join(scrub(text) for text in PLANTED)
    assert [secret for secret in SECRETS if secret in clean] == []
    assert findings(clean) == []


def test_what_the_case_knows_goes_too_however_unusual() -> None:
    assert "阿明记" not in scrub("阿明记的老板没付我钱，阿明记关门了", ["阿明记"])


@pytest.mark.parametrize(
    "text",
    [
        "公司拖欠工资违法，先固定证据并书面催要，再向劳动监察投诉或申请劳动仲裁。",
        "打12348或12333问清楚，2024年7月1日起新设的有限公司出资期限最长五年。",
        "经济补偿按工作年限每满一年支付一个月工资，月工资高于三倍的按三倍计算。",
        "龙华区劳动人事争议仲裁委（地址以12333或12348答复为准）",
        "对方律师说对方已付清，工程队长不认，方法是走调解。",
        "借条上写明借款人、出借人、金额、利率和还款日，甲方张某、乙方李某签名。",
    ],
)
def test_ordinary_legal_words_stay(text: str) -> None:
    assert findings(text) == []
