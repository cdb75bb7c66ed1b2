"""What merges by itself when two people saved one record, and what somebody has to choose."""

from __future__ import annotations

from decimal import Decimal

import pytest

from consult.interviews import service
from consult.kernel.locking import merge
from tests.interviews.conftest import Field, work

__all__ = ["work"]


@pytest.mark.parametrize(
    ("mine", "kept", "disputed"),
    [
        ({"effort_days": Decimal(0), "place": None}, {"effort_days": Decimal(0)}, {}),  # nought is an answer
        ({"effort_days": None, "place": ""}, {}, {}),  # blank text says what nothing says
        ({"effort_days": Decimal(1), "place": "Maîche"}, {"effort_days": Decimal(1)}, {"place": ("Maîche", "Morteau")}),
    ],
)
def test_what_i_changed_is_kept_what_both_changed_is_to_be_chosen(
    work: Field, mine: dict[str, object], kept: dict[str, object], disputed: dict[str, object]
) -> None:
    interview_id = work.logged()
    with work.acting("lead"):
        seen = service.get(interview_id).version
        service.change(service.get(interview_id), "place", "Morteau")
    with work.acting("consultant"):
        outcome = merge(service.get(interview_id), seen, mine)
        assert (outcome.values, outcome.disputed) == (kept, disputed)
