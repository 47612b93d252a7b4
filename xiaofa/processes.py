"""`xiaofa run`: the five processes, started together, healthy before the addresses are shown, ended together."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import httpx
import typer
from honcho.manager import Manager

from settings import PROJECT_ROOT, Settings, get_settings
from settings.mendable import MendableError
from xiaofa.obstacles import check_yaml
from xiaofa.train import RASA_PYTHON, newest_model, rasa_environment

HEALTHY_WITHIN = 180.0  # seconds; the action server may have to read the whole book first
NEEDED_BYTES = 1_000_000_000


class StartError(MendableError, RuntimeError):
    """Something stands in the way of starting; the message says what to do."""


def commands(settings: Settings) -> dict[str, list[str]]:
    """What runs, by process name."""
    return {
        "rasa": [
            str(RASA_PYTHON), "-m", "rasa", "run", "-i", settings.rasa_host, "-p", str(settings.rasa_port),
            "--model", str(newest_model()), "--endpoints", str(endpoints_file(settings)), "--credentials", "credentials.yml",
        ],
        "actions": [sys.executable, "-m", settings.actions_module],
        "bot": [sys.executable, "-m", "bot"],
        "desk": [sys.executable, "-m", "desk"],
        "worker": [sys.executable, "-m", "bot.worker"],
    }  # fmt: skip


def endpoints_file(settings: Settings) -> Path:
    """`endpoints.yml` as it is, or a copy that names the action server's port when that was changed."""
    ours = PROJECT_ROOT / "endpoints.yml"
    usual = "http://127.0.0.1:5055/webhook"
    if f"{settings.actions_url}/webhook" == usual:
        return ours
    copy = settings.data_dir / "endpoints.yml"
    copy.write_text(ours.read_text("utf-8").replace(usual, f"{settings.actions_url}/webhook"), "utf-8")
    return copy


def environment(settings: Settings) -> dict[str, str]:
    """What the processes are told: where the data lies, the shared secret, where Rasa finds its actions."""
    return {
        **rasa_environment(),
        "XIAOFA_DATA_DIR": str(settings.data_dir),
        "XIAOFA_CHANNEL_SECRET": settings.secrets.channel_secret,
        "TOKENIZERS_PARALLELISM": "false",
        "PYTHONUNBUFFERED": "1",
        # glibc gives freed memory back at once: the action server stays a quarter smaller while it embeds.
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_TRIM_THRESHOLD_": "131072",
        "MALLOC_MMAP_THRESHOLD_": "131072",
    }


def health(settings: Settings) -> dict[str, str]:
    """The address that answers 200 when a process is ready; the worker, which has none, leaves a sign."""
    return {
        "rasa": f"{settings.rasa_url}/webhooks/xiaofa/health",
        "actions": f"{settings.actions_url}/healthz",
        "bot": f"http://127.0.0.1:{settings.bot_port}/healthz",
        "desk": f"http://127.0.0.1:{settings.desk_port}/healthz",
    }


def check_before_start(settings: Settings) -> None:
    """Raises StartError when something stands in the way, or there is no model yet; BrokenFileError for broken YAML."""
    check_obstacles(settings)
    if newest_model() is None:
        raise StartError("还没有 Rasa 模型，请先运行：xiaofa train")


def check_obstacles(settings: Settings) -> None:
    """What can be seen before anything is built: a missing environment, broken YAML, a full disk, a port in use."""
    if not RASA_PYTHON.exists():
        raise StartError("没有 Rasa 的运行环境 .venv-rasa，请先运行：make setup")
    check_yaml()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(settings.data_dir).free < NEEDED_BYTES:
        raise StartError(f"{settings.data_dir} 所在的磁盘快满了：请腾出至少 1 GB 空间再启动。")
    ports = {
        "rasa": settings.rasa_port,
        "actions": settings.actions_port,
        "bot": settings.bot_port,
        "desk": settings.desk_port,
    }
    for name, port in ports.items():
        if _in_use(port):
            raise StartError(
                f"端口 {port}（{name}）已被占用。先停掉占用它的程序（ss -ltnp | grep :{port}），"
                f"或换一个端口：XIAOFA_{name.upper()}_PORT={_another(port)} make run"
            )


def _another(port: int) -> int:
    return port + 10_000 if port + 10_000 < 65_536 else port - 10_000


def _in_use(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
        return False


def run(
    check: Annotated[bool, typer.Option("--check", help="只看有没有挡路的：端口、磁盘、写坏的文件；不启动")] = False,
) -> None:
    """启动五个进程，等全部就绪后给出地址；Ctrl-C 全部结束。"""
    settings = get_settings()
    if check:
        check_obstacles(settings)
        return
    check_before_start(settings)
    from cases.database import Database

    Database(settings.database).migrate()
    if settings.clock_shift:
        print(f"时钟被拨动了 {settings.clock_shift:.0f} 秒（XIAOFA_CLOCK_SHIFT），只能用于测试", flush=True)
    settings.worker_sign.unlink(missing_ok=True)
    manager = Manager()
    shared = {**os.environ, **environment(settings)}
    for name, command in commands(settings).items():
        manager.add_process(name, _kept(command), quiet=False, env=shared, cwd=str(PROJECT_ROOT))
    watcher = threading.Thread(target=_announce, args=(settings, manager), daemon=True)
    watcher.start()
    manager.loop()
    if manager.returncode:
        raise typer.Exit(manager.returncode)


def _kept(command: list[str]) -> str:
    """Shell line that starts a process again when a signal killed it (out of memory, kill -9): what it had under way is
    taken up when its lease expires. A process that ends by itself has something to say, and ends all five."""
    again = 'echo "被信号 $((code - 128)) 结束，重新启动"; sleep 1'
    return f'while :; do {shlex.join(command)}; code=$?; [ "$code" -gt 128 ] || exit "$code"; {again}; done'


def _announce(settings: Settings, manager: Manager) -> None:
    started = time.monotonic()
    with httpx.Client(timeout=2, trust_env=False) as client:
        ready = {name: partial(_answers, client, url) for name, url in health(settings).items()}
        waiting: dict[str, Callable[[], bool]] = {**ready, "worker": settings.worker_sign.exists}
        while waiting and time.monotonic() - started < HEALTHY_WITHIN:
            for name, is_ready in list(waiting.items()):
                if is_ready():
                    del waiting[name]
                    print(f"  {name} 就绪（{time.monotonic() - started:.0f} 秒）", flush=True)
            time.sleep(0.25)
    if waiting:
        print(
            f"{'、'.join(waiting)} 在 {HEALTHY_WITHIN:.0f} 秒内没有就绪，全部停下。看看上面它打印的错误。",
            file=sys.stderr,
        )
        manager.terminate()
        return
    print(
        f"\n龙华小法已就绪（{time.monotonic() - started:.0f} 秒）\n"
        f"  聊天网页  http://127.0.0.1:{settings.bot_port}/\n"
        f"  接口文档  http://127.0.0.1:{settings.bot_port}/openapi.json\n"
        f"  工作台    http://127.0.0.1:{settings.desk_port}/\n"
        "  按 Ctrl-C 结束\n",
        flush=True,
    )


def _answers(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(url).status_code == 200
    except httpx.HTTPError:
        return False
