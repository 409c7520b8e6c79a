"""The spreadsheet of a rubric: which sheets and columns it has, and what goes where. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

HEAD_SHEET = "基本信息"
TABLE_SHEET = "指标"
HELP_SHEET = "填写说明"
YES_NO = {"是": True, "否": False}
MAX_ROWS = 3000


class Level(Enum):
    """Whose column it is: of the first-level indicator, of the indicator, of one option."""

    SECTION = "section"
    INDICATOR = "indicator"
    OPTION = "option"


@dataclass(frozen=True)
class Column:
    """A column of the table; `field` is its key in the rubric data."""

    heading: str
    level: Level
    field: str
    width: int
    hint: str = ""


# Label in the first column, key in the rubric data.
HEAD_LINES = {
    "评分表编号": "code",
    "评分表名称": "name",
    "满分": "full_mark",
    "说明": "note",
}
COLUMNS = (
    Column("一级指标编号", Level.SECTION, "code", 9, "留空表示与上一行相同。"),
    Column("一级指标名称", Level.SECTION, "name", 16, "留空表示与上一行相同。"),
    Column("指标编号", Level.INDICATOR, "code", 10, "整张表内不能重复，如 1.1。"),
    Column("指标", Level.INDICATOR, "title", 34),
    Column("计分方式", Level.INDICATOR, "kind", 12, "从下拉列表中选择。"),
    Column("分值", Level.INDICATOR, "mark", 8, "最多两位小数；一票否决填 0。"),
    Column("评分说明", Level.INDICATOR, "guidance", 44),
    Column("佐证材料", Level.INDICATOR, "evidence_wanted", 28, "不需要佐证的留空。"),
    Column("须附佐证", Level.INDICATOR, "evidence_required", 10, "是或否；留空即为否。"),
    Column("选项", Level.OPTION, "label", 36, "每个选项占一行，第一个选项与指标同一行。"),
    Column("选项分值", Level.OPTION, "value", 10, "档次得分、每次扣分或每项加分，均填正数。"),
)
NUMBER = {(column.level, column.field): number for number, column in enumerate(COLUMNS, 1)}
BEFORE_OPTIONS = sum(column.level != Level.OPTION for column in COLUMNS)
HELP = (
    ("编号", "“基本信息”中的编号决定导入到哪张评分表；没有此编号的，新建一张评分表。"),
    ("按档计分", "每档一行，最高一档的分值等于本项分值。"),
    ("按次扣分", "每种情形一行，填每次扣几分；扣完为止，不出现负分。"),
    ("按项加分", "每种情形一行，填每项加几分；加到本项分值为止。"),
    ("达标得分", "没有选项；达标得本项分值，不达标得 0 分。"),
    ("一票否决", "没有选项，分值为 0；不符合的，不论总分一律不予通过。"),
    ("合计", "各项分值之和等于满分。"),
    ("格式", "不要合并单元格，不要填公式，不要改动表名和表头。"),
    ("全部或全不", "有一处错误，整份表格都不导入；请按提示更正后重新上传。"),
)
