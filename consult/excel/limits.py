"""How large a file may be before it is refused; one place for the figures, so that documentation and tests read the same ones."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bounds on a file given to us. The defaults fit every honest workbook that was tried; a setting may lower them, or raise the
    upload. `rows` are records; as many as `around` titles, headers and totals may stand before and after them."""

    upload: int = 10 * MIB
    unzipped: int = 150 * MIB
    part: int = 100 * MIB
    parts: int = 1000
    ratio: int = 250
    ratio_from: int = 1 * MIB
    sheets: int = 50
    rows: int = 50_000
    around: int = 100
    columns: int = 200
    cell: int = 32_767
    memory: int = 512 * MIB
    cpu: int = 60
    wall: int = 90

    @property
    def last_row(self) -> int:
        """The row beyond which a sheet is too large."""
        return self.rows + self.around

    def as_json(self) -> dict[str, Any]:
        """The same figures for the parser's process."""
        return asdict(self)

    def wall_for(self, size: int) -> float:
        """Seconds a file of this many bytes may take: small files that need longer are traps, not work."""
        return min(float(self.wall), 8.0 + 4.0 * size / MIB)
