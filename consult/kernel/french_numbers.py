"""Whether digits are a SIREN or a SIRET: the Luhn key of one, of both, and La Poste's own rule.

stdnum says the same, and takes ten times as long: an import asks for each of its rows.
"""

from __future__ import annotations

from stdnum.fr import siret

LA_POSTE = "356000000"
_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")


def is_siren(digits: str) -> bool:
    """Tell whether a text is nine digits with their key."""
    return len(digits) == 9 and digits.isascii() and digits.isdigit() and _has_key(digits)


def is_siret(digits: str) -> bool:
    """Tell whether a text is fourteen digits with their key, behind a SIREN with its own."""
    if len(digits) != 14 or not digits.isascii() or not digits.isdigit():
        return False
    if digits.startswith(LA_POSTE):
        return bool(siret.is_valid(digits))
    return _has_key(digits) and _has_key(digits[:9])


def _has_key(digits: str) -> bool:
    """The Luhn key: every second digit from the right counts double, the sum of its digits if that has two."""
    figures = digits.encode()
    total = sum(figures[-1::-2]) + sum(figures[-2::-2].translate(_DOUBLED)) - 48 * len(figures)
    return total % 10 == 0
