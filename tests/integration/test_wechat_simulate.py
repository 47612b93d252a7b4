"""`xiaofa wechat simulate` as a real process, before a real bot and worker: the demonstration that needs no account."""

import asyncio
import re
import sys

from tests.fakes.processes import ROOT, free_port, town

LINES = ["/follow street-minzhi", "同意", "公司拖欠工资", "/quota", "/voice", "/menu", "再问一句", "/unfollow"]


async def test_a_conversation_in_the_terminal(tmp_path):
    base = f"http://127.0.0.1:{free_port()}"
    async with town(tmp_path, wechat_api_base=base, public_url="https://xiaofa.example") as here:
        callback, _ = await here.bot()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "xiaofa.cli", "wechat", "simulate", "--wire", "--wait", "0.5",
            "--bot", callback.removesuffix("/wechat"),
            cwd=ROOT, env=here.environment, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        async with asyncio.timeout(60):
            out, _ = await process.communicate("\n".join(LINES).encode())
        seen = out.decode()
        assert process.returncode == 0, seen
        for words in (
            "您扫的是街道的码",
            "谢谢，可以开始了",
            "回答：公司拖欠工资",
            "还能主动发",
            "听不懂语音",
            "还没有菜单",
        ):
            assert words in seen
        assert "回答：再问一句" in seen
        assert [text for _, text in here.rasa.runs] == ["公司拖欠工资", "再问一句"]
        assert len(re.findall("第 1 次推送：replied", seen)) == 5
        assert "出现故障" not in seen
        log = here.log.read_text("utf-8")
        for secret in ("oTerminal", "拖欠", here.wechat.account.app_secret, here.wechat.account.aes_key):
            assert secret not in log
