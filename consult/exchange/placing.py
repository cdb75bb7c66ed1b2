"""Where a site is, told from what a row says of it: the INSEE code of a commune that is only named."""

from __future__ import annotations

import re

from consult.excel import address_end
from consult.exchange.fields import ADDRESS, COMMUNE, COMMUNE_CODE, COUNTRY, POSTCODE
from consult.kernel.changes import Given
from consult.organisations import sites

_DEPARTMENT = re.compile(r"(.+?)\s*\((\d{2,3}|2[AB])\)")
"""A town with its department: *Morteau (25)*."""


def place_in(site: Given | None) -> None:
    """Give a commune named without its INSEE code, in its own cell or at the end of the address, the code, and the name as it is written,
    where there is no doubt."""
    if site is None or COMMUNE_CODE in site.values or site.values.get(COUNTRY, "FR") != "FR":
        return
    postcode, town = site.values.get(POSTCODE), site.values.get(COMMUNE)
    if not town and not postcode:
        postcode, town = address_end(str(site.values.get(ADDRESS) or ""))
    bracketed = _DEPARTMENT.fullmatch(town or "")
    named, hint = (bracketed[1], f"{bracketed[2]}000"[:5]) if bracketed and not postcode else (town, postcode)
    code, name = sites.place(named, hint) if named else (None, None)
    if code and name:
        site.values.update({COMMUNE: name, COMMUNE_CODE: code})
        if postcode:
            site.values.setdefault(POSTCODE, postcode)
