"""`python -m xiaofa.calc_docs`: docs/calculators.md from the calculators themselves (a test holds the two together)."""

from __future__ import annotations

from pathlib import Path

from knowledge.calculators import CALCULATORS
from knowledge.calculators.rates import STATUS_LABELS, load_rates
from xiaofa.calc import option

FILE = Path(__file__).resolve().parents[1] / "docs" / "calculators.md"
HEAD = """# 计算器

由 `python -m xiaofa.calc_docs` 从 `knowledge/calculators/` 生成，不要手改；`tests/unit/calculators/test_docs.py` 守着。

同一个计算三处能用：对话里说“帮我算……”、网页 `/calc`、命令行 `xiaofa calc`。纯函数，`Decimal`，不用浮点；
每个数带着每一步怎么算、依据哪一条、什么会让它变。日子按民法典第二百条至第二百零三条数：开始当天不算，按月按年的到对应日，
没有对应日的到月末。工作日按星期一至五估，调休和节假日没有算进去，会照实说。金额四舍五入到分，只在最后一步。
"""


def document() -> str:
    parts = [HEAD, "\n## 计算器与依据\n", "| 命令 | 算什么 | 用到的数据 | 依据 |\n|---|---|---|---|"]
    for calculator in CALCULATORS.values():
        rates = "、".join(f"`{key}`" for key in calculator.rates) or "—"
        parts.append(
            f"| `xiaofa calc {calculator.name}` | {calculator.title} | {rates} | {'、'.join(calculator.articles)} |"
        )
    parts += [
        "\n## 数据的核实状态\n",
        "在 `knowledge/calculators/rates.yml`，一处修改，载入时校验，`xiaofa calc rates` 查看。",
    ]
    parts.append("没有核实的、过了核实期的，计算会停下来，说清要填什么；人自己填的数照用，并写明是“您填的”。\n")
    parts.append("| 数据 | 起 | 值 | 状态 | 来源 | 核实到 |\n|---|---|---|---|---|---|")
    for rate in load_rates():
        for value in rate.values:
            newest = value is rate.values[-1]
            until = str(rate.verified_until) if newest and rate.verified_until else ""
            shown = f"{value.text} {rate.unit}" if value.known else "没有"
            parts.append(
                f"| {rate.title} `{rate.key}` | {value.since} | {shown} | {STATUS_LABELS[value.status]} | "
                f"{value.source} | {until} |"
            )
    parts.append("\n## 每个命令的选项\n")
    for calculator in CALCULATORS.values():
        parts += [f"### xiaofa calc {calculator.name}\n", "| 选项 | 填什么 |\n|---|---|"]
        for name, info in calculator.inputs.model_fields.items():
            need = "（必填）" if info.is_required() else ""
            parts.append(f"| `{option(name)}` | {info.title}：{info.description}{need} |")
        parts.append("| `--json` | 输出结果的 JSON |\n")
    return "\n".join(parts)


if __name__ == "__main__":
    FILE.write_text(document(), "utf-8")
