"""WeChat in the terminal: what is typed goes to the bot as a person's push, what the person would see is printed."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import unquote

from xiaofa.wechat.simulator.api import PIXEL
from xiaofa.wechat.simulator.platform import Shown, SimulatedWeChat
from xiaofa.wechat.simulator.sender import Delivery, Sender

HELP = """直接打字就是发消息。以 / 开头的是动作：
/follow [场景]   关注（扫场景码来的，例如 /follow street-minzhi）    /unfollow  取消关注
/scan 场景       已关注的人扫码            /menu [栏 项]  看菜单、点菜单，例如 /menu 1 2
/tap 数字        点上一条消息里的第几个链接（选项）
/voice  /image  /location                发语音、图片、位置
/person 名字     换一个人                  /quota  还能给这个人主动发几条
/badtoken        让访问令牌失效            /help   /quit"""
_TAP = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=([^&"]*)&msgmenuid=([^"]*)">(.*?)</a>')
_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>')
_VIA = {
    "passive": "小法",
    "customer": "小法（稍后送达）",
    "template": "通知",
    "subscription": "通知",
    "fault": "微信",
}


class Terminal:
    """`say` prints. One person at a time is in front; words for others are printed with their name."""

    def __init__(self, account: SimulatedWeChat, sender: Sender, say: Callable[[str], None], *, wire: bool) -> None:
        self._account = account
        self._sender = sender
        self._say = say
        self._wire = wire
        self._person = "oTerminal"
        self._taps: list[tuple[str, str]] = []
        self._actions: dict[str, Callable[[list[str]], Awaitable[Delivery | None]]] = {
            "follow": self._follow,
            "unfollow": lambda words: sender.unfollow(self._person),
            "scan": lambda words: sender.scan(self._person, words[0]),
            "menu": self._menu,
            "tap": self._tap,
            "voice": lambda words: self._media("voice", {"MediaId": "m1", "Format": "amr"}),
            "image": lambda words: self._media("image", {"MediaId": "m2", "PicUrl": "http://example.invalid/x"}),
            "location": lambda words: self._media(
                "location", {"Location_X": "22.7", "Location_Y": "114.0", "Scale": 15, "Label": ""}
            ),
            "person": self._switch,
            "quota": self._quota,
            "badtoken": self._bad_token,
            "help": self._help,
        }
        account.on_shown = self._shown
        account.voices["m1"], account.pictures["m2"] = b"#!AMR\n", PIXEL  # what /voice and /image send

    async def run(self, lines: AsyncIterator[str]) -> None:
        """Line after line, until there are no more or /quit."""
        self._say(HELP + "\n")
        self._account.followers.add(self._person)
        async for line in lines:
            text = line.strip()
            if text in ("/quit", "/q"):
                return
            if text:
                await self._line(text)

    async def _line(self, text: str) -> None:
        if not text.startswith("/"):
            self._report(await self._sender.text(self._person, text))
            return
        name, *words = text[1:].split()
        action = self._actions.get(name)
        if action is None:
            self._say("没有这个动作。/help 看全部。")
            return
        try:
            self._report(await action(words))
        except IndexError:
            self._say("还缺内容。/help 看写法。")

    # -- actions -----------------------------------------------------------------------

    async def _follow(self, words: list[str]) -> Delivery:
        return await self._sender.follow(self._person, words[0] if words else "")

    async def _media(self, kind: str, fields: dict[str, str | int]) -> Delivery:
        return await self._sender.message(self._person, kind, fields)

    async def _menu(self, words: list[str]) -> Delivery | None:
        buttons = (self._account.menu or {}).get("button", [])
        if not buttons:
            self._say("还没有菜单。另开一个终端运行 xiaofa wechat menu push。")
            return None
        if len(words) < 2:
            for at, button in enumerate(buttons, 1):
                items = "  ".join(f"{n}.{item['name']}" for n, item in enumerate(button["sub_button"], 1))
                self._say(f"{at} {button['name']}：{items}")
            return None
        if not all(word.isdecimal() and int(word) > 0 for word in words[:2]):
            raise IndexError
        item = buttons[int(words[0]) - 1]["sub_button"][int(words[1]) - 1]
        if item["type"] == "view":
            self._say(f"打开网页：{item['url']}")
            return None
        return await self._sender.click(self._person, item["key"])

    async def _tap(self, words: list[str]) -> Delivery:
        number = int(words[0]) if words[0].isdecimal() else 0
        if not 1 <= number <= len(self._taps):
            raise IndexError
        content, menu_id = self._taps[number - 1]
        return await self._sender.choose(self._person, content, menu_id)

    async def _switch(self, words: list[str]) -> None:
        self._person = f"oTerminal{words[0]}"
        self._account.followers.add(self._person)
        self._taps = []
        self._say(f"现在是 {words[0]}。")

    async def _quota(self, words: list[str]) -> None:
        self._say(f"还能主动发 {self._account.quotas.left(self._person)} 条。")

    async def _bad_token(self, words: list[str]) -> None:
        self._account.tokens.kill()
        self._say("访问令牌已失效。")

    async def _help(self, words: list[str]) -> None:
        self._say(HELP)

    # -- what is seen ------------------------------------------------------------------

    def _shown(self, shown: Shown) -> None:
        if shown.openid == self._person:
            self._taps = [(unquote(content), number) for content, number, _ in _TAP.findall(shown.text)]
        whom = "" if shown.openid == self._person else f"（给 {shown.openid}）"
        text = _LINK.sub(r"〔\2〕(\1)", _TAP.sub(r"〔\3〕", shown.text))
        body = "\n".join(f"  {line}" for line in text.splitlines())
        self._say(f"\n{_VIA[shown.via]}{whom}：\n{body}\n")

    def _report(self, delivery: Delivery | None) -> None:
        if delivery is None:
            return
        if self._wire:
            for number, made in enumerate(delivery.tries, 1):
                said = f"[第 {number} 次推送：{made.outcome}，{made.seconds:.2f} 秒，HTTP {made.status or '—'}"
                self._say(said + (f"，{made.problem}]" if made.problem else "]"))
        elif delivery.outcome == "silent":
            self._say("（已收到，没有马上回答）")


async def typed_lines(read: Callable[[], str]) -> AsyncIterator[str]:
    """Lines as they are typed, without holding up what arrives meanwhile. `read` returns "" at the end. A daemon thread:
    one that waits for a key must not keep the program from ending."""
    loop, lines = asyncio.get_running_loop(), asyncio.Queue[str]()

    def pump() -> None:
        line = " "
        while line:
            line = read()
            loop.call_soon_threadsafe(lines.put_nowait, line)

    threading.Thread(target=pump, daemon=True).start()
    while line := await lines.get():
        yield line
