"""`xiaofa index` and `xiaofa settings`."""

from __future__ import annotations

from typing import Annotated

import typer
from sqlalchemy import make_url

from knowledge.search.vector_pack import PACK
from service.runtime import open_knowledge
from settings import PROJECT_ROOT, Settings, get_settings
from settings.clock import Clock
from xiaofa.progress import Progress


def index(
    complete: Annotated[
        bool, typer.Option("--all/--core", help="把全部法条都做好句向量，或只做核心法律（其余留给后台）")
    ] = False,
    pack: Annotated[
        bool, typer.Option("--pack", help="再把内容与核心法律的句向量写进代码库，让下一个新副本免算")
    ] = False,
) -> None:
    """建立法条库与检索索引；已经做过的不再重做。"""
    loaded = open_knowledge(get_settings(), Clock(), Progress(), rest="now" if complete else "later")
    size = loaded.engine.size()
    print(
        f"法条 {size['articles']} 条（已有句向量 {size['articles_embedded']} 条），"
        f"解答 {size['faqs']} 个，指引 {size['guides']} 个，问法 {size['wordings']} 句"
    )
    if pack:
        print(f"{loaded.engine.pack(PACK)} 个句向量写入 {PACK.relative_to(PROJECT_ROOT)}")


def settings() -> None:
    """列出全部设置：名称、环境变量、当前值、说明。"""
    current = get_settings()
    for name, field in Settings.model_fields.items():
        value = getattr(current, name)
        if name == "database_url" and value:
            value = make_url(value).render_as_string(hide_password=True)
        print(f"{name}\n  环境变量 XIAOFA_{name.upper()}，当前 {value!r}\n  {field.description}")
