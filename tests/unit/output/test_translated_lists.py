"""Lists in the language of the person who looks at them, however wide its characters are."""

from __future__ import annotations

from mimo_cli.catalogue import models
from mimo_cli.catalogue.pricing import Sum
from mimo_cli.output import columns, models_table, spending_table
from mimo_cli.output.columns import Column
from mimo_cli.output.models_table import ModelRow
from mimo_cli.text.widths import Screen, cell_width

CHINESE = {
    "model": "模型",
    "status": "状态",
    "retired {date}": "已于{date}停用",
    "current": "可用",
    "use instead": "替代",
    "conversation": "会话",
    "title": "标题",
    "turns": "轮次",
    "total": "合计",
    "cost": "费用",
    "{count:,} without a price": "{count:,}次无价格",
    "{count} min": "{count}分钟",
    "(no answer) {title}": "（无回答）{title}",
}
ROWS = [ModelRow(model.id, model) for model in models.MODELS]
SPENT = [
    Sum("k3jmnpqr", "天气", 2, 0, 1000, 0, 20, {"USD": 0.5}),
    Sum("b7cdefgh", "Docker", 1, 1, 7, 0, 3, {}),
]


def starts(line: str, *texts: str) -> list[int]:
    """The columns of the screen in which texts of a line begin."""
    return [cell_width(line[: line.index(text)]) for text in texts]


def test_models_line_up_below_heads_in_another_language() -> None:
    head, first, *_ = models_table.table(ROWS, Screen(200), CHINESE).text.splitlines()
    assert starts(head, "模型", "状态") == starts(first, models.MODELS[0].id, "可用")
    assert "已于2026-10-21停用" in models_table.table(ROWS, Screen(200), CHINESE).text


def test_what_is_said_of_one_model_lines_up() -> None:
    lines = models_table.details_table(ROWS[0], Screen(200), CHINESE).splitlines()
    assert lines[0].split() == ["模型", models.MODELS[0].id]
    assert starts(lines[0], models.MODELS[0].id) == starts(lines[1], "the flagship")


def test_pipes_are_in_english_whatever_the_language_is() -> None:
    assert "\tretired 2026-10-21\t" in models_table.lines(ROWS)
    assert "\tcurrent\t" in models_table.lines(ROWS)


def test_sums_line_up_below_heads_in_another_language() -> None:
    table = spending_table.table(SPENT, "conversation", Screen(200), CHINESE).text.splitlines()
    head, first, second, total = table
    assert head.split()[:3] == ["会话", "标题", "轮次"]
    assert starts(head, "标题", "费用") == starts(first, "天气", "$0.50")
    assert second.endswith("1次无价格")
    assert total.startswith("合计")


def test_cells_of_a_list_are_translated_before_they_are_measured() -> None:
    rows = [["a", columns.age(240), "x"], ["b", "45 s", "y"]]
    lines = columns.table(rows, [Column()] * 3, Screen(80), translations=CHINESE).text.splitlines()
    assert lines == ["a  4分钟  x", "b  45 s   y"]
