"""What the channel itself says: welcome, consent, and what to do with a picture. Short, kind, with a way on."""

from __future__ import annotations

from urllib.parse import quote

from bot import consent
from bot.channels.wechat.incoming import Kind
from bot.channels.wechat.passive import TEXT_BYTES

HOTLINE = "急事或想直接问人，拨 12348（免费）；有人身危险拨 110，有人受伤拨 120。"
FORGET_WORDS = "全部删除"
FETCH_WORD = "答复"
HELP: dict[Kind, str] = {
    "voice": "抱歉，我还听不懂语音。请用一两句话打字告诉我，例如“公司拖欠我两个月工资”。",
    "image": "图片我看不懂，也没有保存。请把要紧的内容打成文字发给我：什么事、什么时候、想要什么结果。",
    "video": "视频我看不懂，也没有保存。请用一两句话打字告诉我您遇到的事。",
    "location": "位置没有保存，也没看懂在哪里。直接打字问我，例如“劳动仲裁去哪里办”。",
    "link": "链接我不会打开。请用一两句话打字告诉我您想问什么。",
    "unsupported": "这种消息我看不懂。请用一两句话打字告诉我您遇到的事，例如“房东不退押金”。",
}
WHAT_FOR = "打字告诉我要办的事，例如“劳动仲裁去哪里办”。常办：{matters}。您的位置只用了这一次，没有保存。"
STARTERS = (
    "个人常问：公司拖欠工资、被辞退、工伤、房东不退押金、借钱不还、离婚。\n"
    "企业常问：客户拖欠货款、员工不签合同、怎样合法辞退、收到法院传票。"
)
SLOW_DOWN = "您发得有点快，我跟不上了。请过一分钟再发，前面的话都记着。"
NOT_KEPT = f"抱歉，我这边出了故障，刚才那句话没能记下。请过一会儿再发一次。\n{HOTLINE}"
AGREED = f"谢谢，可以开始了。请用一两句话说说您遇到的事。\n\n{STARTERS}"
REFUSED = f"好的，我不会记下您的任何内容。\n{HOTLINE}"
FORGET = f"要把您的对话和记录全部删除吗？删除后找不回来。确定就回复“{FORGET_WORDS}”。"
ERASED = f"已经全部删除，您的话和我的回答都不再保存。以后要用，随时发消息重新开始。\n{HOTLINE}"
KEPT_CASE = (
    "您有律师正在办的案件：办案要用的内容留到办完为止，您是谁、怎么找到您、说过的话照样删除，律师也就联系不上您了。"
)
ERASED_BUT_CASE = f"{ERASED}\n{KEPT_CASE}"
LATER = f"我还在查，请过几秒回复“{FETCH_WORD}”看结果。您的话已经记下，不用重发。"
MORE = f"\n\n（还有下文，回复“{FETCH_WORD}”接着看）"
STILL_NOTHING = f"还没好，请再过几秒回复“{FETCH_WORD}”。"
NOTICE = "您的咨询已有回复"
LAWYER = "【律师回复】"
PICTURE_KEPT = "图片收到了，已经存进您的案件，律师看得到。"
PICTURE_LOST = "图片没有存下来，请再发一次。要紧的内容也可以打字告诉律师。"
MENU = {
    "about": "我是龙华小法，自动回答法律问题的程序，不是律师。直接打字问我就行。\n要删除您的记录，回复“忘记我”。\n"
    + HOTLINE,
    "starters": f"直接打字问我就行。\n{STARTERS}",
    "hotline": HOTLINE,
}
"""Answers to menu entries that are no questions (`ask:…` is one) and not `forget`."""
BOUND = "绑定好了。以后工作台有事，会在这里提醒您；只说有事，不说什么事、谁的事。"
NOT_BOUND = "这个绑定码不对，或者过了 10 分钟。请在工作台“我的账号”里重新取一个，再发“绑定 编码”。"
RECEIPTS = {
    "agreed": AGREED,
    "erased": ERASED,
    "erased_but_case": ERASED_BUT_CASE,
    "bound": BOUND,
    "not_bound": NOT_BOUND,
}
"""Answers by the name kept in a receipt: a copy of the delivery gets the same one."""


def consent_request(retention_days: int, operator: str, question: str = "") -> str:
    """The notice, and two ways to agree. A tap on the link brings the question back, so that it need not be stored now
    nor typed again; where links do not work, there is the 1."""
    notice = consent.notice(retention_days, operator, forget="回复“忘记我”或者取消关注")
    body = "\n".join([f"{notice['title']}：", *notice["paragraphs"]])
    by_hand = "同意请回复 1。"
    if question:
        link = menu_link(f"同意：{question}", "同意，请回答我刚才的问题")
        full = f"{body}\n\n{link}\n点不了上面这行，就回复 1，再把问题发一次（同意前的话没有保存）。"
        if len(full.encode()) <= TEXT_BYTES:
            return full
        by_hand = "同意请回复 1，再把刚才的问题发一次（同意前的话没有保存）。"
    return f"{body}\n\n{by_hand}"


def with_later(text: str | None) -> str:
    """For accounts that cannot write first: how to get what is not ready yet, after what is (if it fits)."""
    if text is None:
        return LATER
    both = f"{text}\n\n（刚发的还在查，请过几秒回复“{FETCH_WORD}”看结果）"
    return both if len(both.encode()) <= TEXT_BYTES else text


def menu_link(content: str, label: str) -> str:
    """A link whose tap sends `content` as the person's own words."""
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={quote(content, safe="")}&msgmenuid=1">{label}</a>'


def welcome(place: str, retention_days: int, operator: str, *, known: bool) -> str:
    """For a new follower; `place`: what is said to who scanned there, or nothing. The starters come again when they have
    agreed: where not all fits, they wait until then."""
    hello = "您好，我是龙华小法，自动回答法律问题的程序，不是律师。"
    if known:
        return "\n".join(filter(None, [hello, place, "直接打字问我就行。", STARTERS]))
    parts = [hello + (f"\n{place}" if place else ""), STARTERS, consent_request(retention_days, operator)]
    full = "\n\n".join(parts)
    return full if len(full.encode()) <= TEXT_BYTES else "\n\n".join([parts[0], parts[2]])
