"""Takes personal data out of a text that is to become public: names, phones, identity and bank numbers, addresses, plates,
accounts, case numbers, firms. It errs on the side of taking out: a reader puts back what was no one's."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from knowledge.check_text import ADDRESSES, HOTLINES

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤欧温詹骆简赖冼植麦区招"
)
COMPOUND = ("欧阳", "上官", "司马", "诸葛", "司徒", "慕容", "夏侯", "尉迟", "皇甫", "令狐")
_SURNAME = f"(?:{'|'.join(COMPOUND)}|[{''.join(sorted(SURNAMES))}])"
TITLES = "先生|女士|小姐|太太|老板|经理|主管|总监|师傅|律师|医生|老师|主任|队长|组长|厂长|店长|房东|法官|警官|阿姨|叔叔|大哥|大姐"
# What follows a name when somebody tells a story, and what goes before one.
_AFTER = r"(?=[，,。；;：:、！!？?\s（(“”]|$|说|叫|让|把|被|给|跟|和|与|欠|拖|打|骗|借|是|在|不|也|就|又|没|还|从|向|的|到|去|要|已|签|告|赔|收|拿|骂|答|承诺|拒|经常|曾|原|将|于)"
_BEFORE = r"我叫|我是|名叫|叫做|姓名[是为：:]?|名字[是叫：:]?|叫|联系人[是：:]?|法人(?:代表)?[是：:]?|法定代表人[是为：:]?|老板(?:是|叫)?|老公|老婆|丈夫|妻子|前夫|前妻|男友|女友|儿子|女儿|房东|房客|租客|同事|邻居|朋友|经理|主管|证人|被告|原告|对方(?:是|叫)?|借款人|债务人|户名[是：:]?|收款人[是：:]?|工友|亲戚|表哥|表弟|堂哥|当事人|委托人"
# Ordinary words that begin with a surname's character and would be taken for a name.
_NO_NAME = frozenset(Path(__file__).with_name("scrub_no_names.txt").read_text("utf-8").split())


@dataclass(frozen=True)
class Finding:
    """`kind`: what it is, in Chinese; `text`: what stood there."""

    kind: str
    text: str


_N = r"(?<![\d.])"  # not in the middle of a number
_E = r"(?![\d.]*\d)"
_ORG_HEAD = r"[\u4e00-\u9fffA-Za-z0-9（）()·&]{2,20}?"
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("邮箱", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("证件号", re.compile(rf"{_N}[1-9]\d{{5}}[\s-]?(?:19|20)\d{{2}}[\s-]?\d{{4}}[\s-]?\d{{3}}[\dXx]{_E}|{_N}[1-9]\d{{14}}{_E}")),
    ("证件号", re.compile(r"(?<![A-Za-z0-9])(?:[A-Z]\d{8}|E[A-Z]\d{7}|[HMC]\d{8,10})(?![A-Za-z0-9])|[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}")),
    ("案号", re.compile(r"[（(〔\[]\s*(?:19|20)\d{2}\s*[）)〕\]]\s*[\u4e00-\u9fff]{1,3}\d{0,5}[\u4e00-\u9fff]{1,6}\d+号|[\u4e00-\u9fff]{1,4}(?:仲案|劳仲|劳人仲)[\u4e00-\u9fff]*[（(〔\[]?\d{4}[）)〕\]]?\d+号")),
    ("银行卡", re.compile(rf"{_N}\d(?:[\s-]?\d){{14,18}}{_E}")),
    ("电话", re.compile(rf"{_N}(?:\+?86[\s-]?)?1[3-9]\d(?:[\s-]?\d){{8}}{_E}|{_N}0\d{{2,3}}[\s-]?\d{{7,8}}{_E}|{_N}400[\s-]?\d{{3}}[\s-]?\d{{4}}{_E}")),
    ("电话", re.compile(r"[一幺壹][三四五六七八九][零〇一幺二两三四五六七八九]{9}")),
    ("账号", re.compile(r"(?:微信号?|[Vv][Xx]|wx|WX|威信|QQ|qq|扣扣|抖音号?|支付宝(?:账号)?)[是为：:\s]*[A-Za-z0-9_\-]{5,20}")),
    ("车牌", re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][\s·.]?[A-Z0-9]{5,6}(?![A-Z0-9])")),
    ("地址", re.compile(r"[\u4e00-\u9fffA-Za-z0-9]{1,12}(?:路|街|大道|巷|村|围|里|坊)\s*[\d一二三四五六七八九十百]+\s*号(?:[\u4e00-\u9fffA-Za-z0-9\-]{0,14}(?:室|房|楼|栋|座|单元|铺))?")),
    ("地址", re.compile(r"[\u4e00-\u9fff]{2,10}(?:小区|花园|公寓|大厦|工业园|工业区|广场|新村|雅苑|家园|城中村)[\u4e00-\u9fffA-Za-z0-9]{0,4}[\dA-Za-z一二三四五六七八九十]+\s*(?:栋|座|单元|楼|室|房|号)[\dA-Za-z\-]*(?:室|房|号)?")),
    ("地址", re.compile(r"[\dA-Za-z]{1,4}\s*[栋座]\s*(?:[\dA-Za-z]{1,3}\s*单元)?\s*\d{2,5}\s*(?:室|房|号)?")),
    ("单位", re.compile(rf"{_ORG_HEAD}(?:有限责任公司|股份有限公司|有限公司|集团公司|律师事务所|会计师事务所)(?:[\u4e00-\u9fff]{{1,6}}分公司)?")),
    ("单位", re.compile(r"(?<![\u4e00-\u9fff])(?:深圳|东莞|广州|惠州)(?:市)?[\u4e00-\u9fffA-Za-z]{2,10}(?:公司|集团|厂|店|酒店|餐厅|医院|诊所|学校|幼儿园|培训机构)")),
    ("单位", re.compile(r"(?<=[在被])[\u4e00-\u9fffA-Za-z]{2,8}(?:电子厂|五金厂|塑胶厂|服装厂|制衣厂|玩具厂|电器厂|模具厂|家具厂|印刷厂|包装厂|制品厂|鞋厂|电子公司|教育公司|科技公司|贸易公司|物流公司|装饰公司|餐饮公司|劳务公司|物业公司)")),
)  # fmt: skip
# Kinds of firm, not firms: nothing is given away by them.
_GENERIC = re.compile(
    r"^(?:\d+[年月日]|起|新设|设的|个体工商户|这家?|那家?|一家|该|某家?|我们?|他们?|你们?|原|新|旧|老|前|本|大|小|同一|关联|母|子|总|分|外包|外地|劳务派遣|用工|用人|普通|一般|正规|任何|"
    r"没有|成立|注册|开|是|和|与|或|个人独资|一人|国有|民营|家族|上市|物业|装修|保险|房地产|劳务|派遣|中介|快递|平台|担任|变更|办|由|股东|向|对|把|被|"
    r"设立|转让|股份|责任|以|为|的|在|让|给|从|到|受|多家|两家|几家)+"
)
_CONTEXT = re.compile(rf"(?:{_BEFORE})(?P<name>{_SURNAME}[\u4e00-\u9fff]{{1,2}}){_AFTER}")
_TITLED = re.compile(rf"(?P<name>{_SURNAME}[\u4e00-\u9fff]{{0,2}}?)(?:{TITLES})")
# 对方律师, 工程队长: the last character of a word, no surname; taken for one, it would go everywhere in the text.
_WORD_END = re.compile(
    r"(?:[对双甲乙丙我他警校院厂资卖买单各官两一]方|[租押定订奖佣现罚基]金|[工流过课日章行]程|[\d一二两三四五六七八九十百千几]万)$"
)
_THIRD = re.compile(
    r"(?![说叫让把被给跟和与欠拖打骗借是在不也就又没还从向的到去要已签告赔收拿骂答])[\u4e00-\u9fff](?:[^\u4e00-\u9fff]|$)"
)
_SOMEONE = re.compile(r"^(?:[\u4e00-\u9fff]某{1,2}|[甲乙丙丁]|某.*)$")


def findings(text: str, known: Iterable[str] = ()) -> list[Finding]:
    """What of a person stands in the text, in order. `known`: names and firms of the case the text comes from."""
    plain = unicodedata.normalize("NFKC", text)
    found: list[tuple[int, Finding]] = []
    for name in sorted({k.strip() for k in known if len(k.strip()) >= 2}, key=len, reverse=True):
        found += [(m.start(), Finding("姓名或单位", m[0])) for m in re.finditer(re.escape(name), plain)]
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(plain):
            if kind == "单位" and _is_generic(match[0]):
                continue
            if match[0] in HOTLINES or match[0].endswith(ADDRESSES):
                continue
            found.append((match.start(), Finding(kind, match[0])))
    found += [(at, Finding("姓名", name)) for at, name in _names(plain)]
    ordered = sorted(found, key=lambda row: (row[0], -len(row[1].text)))
    return list(dict.fromkeys(finding for _, finding in ordered))


def scrub(text: str, known: Iterable[str] = ()) -> str:
    """The text with every finding replaced by its kind in brackets. What is left gives `findings` nothing."""
    clean = unicodedata.normalize("NFKC", text)
    for _ in range(4):  # a name may stand out only once the firm before it is gone
        left = findings(clean, known)
        if not left:
            break
        for finding in sorted(left, key=lambda f: len(f.text), reverse=True):
            clean = clean.replace(finding.text, f"【{finding.kind}】")
    return clean


def _is_generic(firm: str) -> bool:
    body = re.sub(r"(?:有限责任公司|股份有限公司|有限公司|集团公司|律师事务所|会计师事务所|公司|集团)$", "", firm)
    return len(_GENERIC.sub("", body)) < 2


def _names(plain: str) -> list[tuple[int, str]]:
    """By what stands around them, then by how the words of the sentence fall."""
    found = [
        (m.start("name"), m["name"])
        for pattern in (_CONTEXT, _TITLED)
        for m in pattern.finditer(plain)
        if not (len(m["name"]) == 1 and _WORD_END.search(plain[: m.end("name")]))
    ]
    at = 0
    for word, flag in _tagged(plain):
        start = plain.find(word, at)
        at = start + len(word)
        if flag.startswith("nr") and 2 <= len(word) <= 4 and re.match(_SURNAME, word):
            found.append((start, word))
            rest = plain[at : at + 2]  # 赵国强 cut into 赵国 and 强
            if len(word) == 2 and _THIRD.match(rest):
                found.append((start, word + rest[0]))
    return [(start, name) for start, name in found if _is_name(name)]


def _is_name(name: str) -> bool:
    return not (name in _NO_NAME or name[:2] in _NO_NAME or name[0] == "向" or name in "任赖" or _SOMEONE.match(name))


def _tagged(plain: str) -> list[tuple[str, str]]:
    return [(str(pair.word), str(pair.flag)) for pair in _tagger().cut(plain)]


@lru_cache(maxsize=1)
def _tagger() -> Any:
    import jieba.posseg  # half a second to load: only who scrubs pays

    jieba.setLogLevel(logging.WARNING)
    return jieba.posseg.POSTokenizer()
