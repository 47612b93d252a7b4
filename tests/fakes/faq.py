"""A knowledge folder that holds one small FAQ, for tests that change its text."""

from __future__ import annotations

from pathlib import Path

FAQ = """- id: labour.wages.test
  question: 公司拖欠工资怎么办？
  variants: [老板三个月没发钱, 工资拖着不给, 要不到工钱找谁, 干完活不结账, 年底了还欠着薪水, 说好的月薪一直没到账,
    上个月的钱还没打给我, 会计总说过几天发]
  topic: labour
  conclusion: 拖欠工资违法，可以投诉，也可以申请劳动仲裁。
  steps: [把合同和工资条收好]
  statutes: [劳动合同法第三十条]
"""


def write_faq(folder: Path, text: str = FAQ) -> Path:
    """Writes the folder; returns the file of the FAQ."""
    file = folder / "faq" / "one.yml"
    file.parent.mkdir(parents=True)
    file.write_text(text, "utf-8")
    (folder / "topics.yml").write_text("- {id: labour, label: 劳动}\n", "utf-8")
    return file
