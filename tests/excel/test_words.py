"""What is said of rows, columns and cells, in both languages."""

from __future__ import annotations

import pytest

from consult.excel import FileKind, Remark, RowReason, Why, words
from consult.excel.flaws import Flaw
from consult.excel.words import listed


@pytest.mark.parametrize("members", [RowReason, Remark, Why, FileKind, Flaw])
def test_every_member_of_every_list_has_its_words(members: type[RowReason | Remark | Why | FileKind | Flaw]) -> None:
    assert sorted(member.name for member in listed() if type(member) is members) == sorted(members.__members__)


def test_members_of_two_lists_that_share_a_code_keep_their_own_words() -> None:
    assert words(Why.UNKNOWN) == "no field bears this name"
    assert words(FileKind.UNKNOWN) == "unknown"
    assert words(Why.HEADER, "fr") == "d’après son en-tête"
    assert words(RowReason.HEADER, "fr") == "niveau supérieur des en-têtes"
    assert "B, C" in words(Remark.ASIDE, columns="B, C")
