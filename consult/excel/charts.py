"""Native bar charts over the columns of a sheet that is written with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.chart import BarChart as OpenpyxlBarChart
from openpyxl.chart import Reference
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.series import SeriesLabel
from openpyxl.utils import get_column_letter

COLOURS = ("1F4E79", "B08D57", "5B7F95", "8C5E58", "6B8E6E", "A9A9A9")


@dataclass(frozen=True)
class BarChart:
    """Bars for some columns of a sheet (`series`, from 1) over the labels in another (`categories`). `horizontal` lays the bars down,
    `stacked` piles the series."""

    title: str
    series: Sequence[int]
    categories: int = 1
    horizontal: bool = False
    stacked: bool = False
    width: float = 16.0
    height: float = 8.0
    anchor: str = ""
    rows: tuple[int, int] | None = None


def add_chart(worksheet: Any, chart: BarChart, header: int, last: int, columns: int, place: int) -> None:
    """Put the chart beside the table whose header stands on row `header` and which ends on row `last`; `chart.rows` narrows it to some
    data rows, from 1."""
    drawn = OpenpyxlBarChart()
    drawn.type, drawn.style, drawn.title = ("bar" if chart.horizontal else "col"), 10, chart.title
    drawn.width, drawn.height = chart.width, chart.height  # type: ignore[assignment]
    if chart.stacked:
        drawn.grouping, drawn.overlap = "stacked", 100
    first, end = (header + chart.rows[0], header + chart.rows[1]) if chart.rows else (header + 1, last)
    for number, column in enumerate(chart.series):
        drawn.add_data(Reference(worksheet, min_col=column, max_col=column, min_row=first, max_row=end), titles_from_data=False)
        _dress(drawn.series[-1], worksheet, header, column, COLOURS[number % len(COLOURS)])
    drawn.set_categories(Reference(worksheet, min_col=chart.categories, min_row=first, max_row=end))
    drawn.x_axis.delete = drawn.y_axis.delete = False
    if chart.horizontal:
        drawn.x_axis.scaling.orientation = "maxMin"
    drawn.legend = None if len(chart.series) == 1 else drawn.legend
    drawn.dataLabels = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False)
    worksheet.add_chart(drawn, chart.anchor or f"{get_column_letter(columns + 2)}{2 + place * 18}")


def _dress(series: Any, worksheet: Any, header: int, column: int, colour: str) -> None:
    from_header = Reference(worksheet, min_col=column, min_row=header)
    series.tx = _title_of(from_header)
    series.graphicalProperties.solidFill = colour
    series.graphicalProperties.line.solidFill = colour


def _title_of(reference: Reference) -> Any:
    return SeriesLabel(strRef=StrRef(f=str(reference)))
