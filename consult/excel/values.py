"""From a cell to a value: one converter per kind of field, made once and called for every cell.

A converter gives `Value(value, flaw, original)`. What cannot be converted has no value, the flaw that says why, and the original text, so that nothing is lost; an identifier
whose check digit is wrong keeps its value and carries the flaw.
"""
from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from consult.excel.cells import ErrorCell, FormulaCell
from consult.excel.flaws import Flaw
from consult.excel.identifiers import insee, naf, phone, postcode, siren, siret, vat
from consult.excel.numbers import band, coordinate, integer, money, number, yes_no, year
from consult.excel.dates import day
from consult.excel.text import clean_name, clean_note

__all__ = ["Flaw", "Value", "converter"]
