"""Records found by typing: suggested by a script as one types; without scripts, typed by name and told apart on the page that comes back.

A box sends the ids of what was chosen, and `new:` with a name to create. Beside it stands a plain input, for whoever has no scripts, which
sends names under the box's name with `TYPED` behind it. The one record of that very name is taken; where the name could mean several,
they are offered as `candidates` beside the error.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from wtforms import SelectMultipleField, StringField
from wtforms.utils import unset_value

from consult.kernel.model import NAME
from consult.kernel.text import fold, squeeze
from consult.web.fields import Described, identity, validators_of
from consult.web.i18n import _

TYPED = "-typed"
NEW = "new:"
MOST_NAMES = 30
"""How many names may be typed at once; what stands behind them is taken for one name, which is too long or is not found."""
Found = Sequence[tuple[Any, str, str]]
"""What a search answers: per record its id, its name, and a hint that tells it from others of that name."""


class _Picking(Described):
    """What boxes for one and for several have in common. `endpoint` suggests records to the script, `find` to whoever has none."""

    many = False
    name: str
    raw_data: Any

    def __init__(
        self, label: Any, endpoint: str, find: Callable[[str], Found], create: bool = False, validators: Any = None, **kwargs: Any
    ) -> None:
        self.endpoint, self.find, self.create = endpoint, find, create
        self.typed = ""
        self.candidates: list[tuple[str, str, str]] = []
        super().__init__(label, validators=validators_of(validators), **kwargs)

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read the box and the input beside it; a name typed counts as an answer."""
        sent = formdata.getlist(f"{self.name}{TYPED}") if formdata is not None else []
        self.typed = "".join(sent[:1])
        super().process(formdata, data, extra_filters)  # type: ignore[misc]
        if self.typed.strip():
            self.raw_data = [*filter(None, self.raw_data or ()), self.typed]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Make the data of what was chosen and typed. Whatever cannot be taken stays in the data or the input, and is said."""
        chosen, refused = self._chosen(valuelist)
        for name in self._names():
            try:
                chosen += self._meant(name, chosen)
            except ValueError as refusal:
                refused.append(str(refusal))
        self._take(list(dict.fromkeys(chosen)))
        if refused:
            raise ValueError(" ".join(refused))

    def _chosen(self, valuelist: list[str]) -> tuple[list[int | str], list[str]]:
        chosen: list[int | str] = []
        refused: list[str] = []
        for value in valuelist:
            try:
                chosen += [each for each in (picked(value, self.create),) if each is not None]
            except TooLong as refusal:
                chosen.append(refusal.name)
                refused.append(str(refusal))
            except ValueError as refusal:
                refused.append(str(refusal))
        return chosen, refused

    def _names(self) -> list[str]:
        parts = self.typed.split(";", MOST_NAMES) if self.many else [self.typed]
        return [name for part in parts if (name := squeeze(part))]

    def _meant(self, name: str, chosen: Iterable[int | str]) -> list[int | str]:
        """Return what a name means: nothing more where one of its candidates is chosen already."""
        if len(name) > NAME:
            raise TooLong(name)
        found = self.find(name)
        same = [each for each in found if fold(each[1]) == fold(name)]
        if len(same) == 1:
            return [same[0][0]]
        if name in chosen or any(each[0] in chosen for each in found):
            return []
        if not found and self.create:
            return [new_name(name)]
        raise ValueError(self._offer(name, found))

    def _offer(self, name: str, found: Found) -> str:
        if not found:
            return _("Nothing here is called “%(name)s”. Type another part of its name.", name=name)
        self.candidates += [(str(number), label, hint) for number, label, hint in found]
        if self.create:
            self.candidates.append((f"{NEW}{name}", _("Create “%(name)s”", name=name), ""))
        return _("Which one is “%(name)s”? Choose it, or type more of its name.", name=name)

    @abstractmethod
    def _take(self, chosen: list[int | str]) -> None:
        """Keep what was chosen as the field's data."""


class PickField(_Picking, StringField):
    """One record found by typing. Data: its id as int; or, with `create`, a new name as str."""

    data: Any

    def __init__(self, label: Any, endpoint: str, find: Callable[[str], Found], **kwargs: Any) -> None:
        self.chosen_label = ""
        super().__init__(label, endpoint, find, **kwargs)

    def _take(self, chosen: list[int | str]) -> None:
        self.data = chosen[-1] if chosen else None


class PicksField(_Picking, SelectMultipleField):
    """Several records found by typing. Data: ids as int; or, with `create`, new names as str among them."""

    many = True

    def __init__(self, label: Any, endpoint: str, find: Callable[[str], Found], **kwargs: Any) -> None:
        self.chosen: list[tuple[Any, str]] = []
        super().__init__(label, endpoint, find, coerce=str, choices=[], validate_choice=False, **kwargs)

    def process_data(self, value: Any) -> None:
        self.data = list(value or [])

    def _take(self, chosen: list[int | str]) -> None:
        self.data = chosen


class TooLong(ValueError):
    """A name longer than any record's may be; the caller keeps it to show it again."""

    def __init__(self, name: str) -> None:
        super().__init__(_("This name is too long: at most %(longest)s characters.", longest=NAME))
        self.name = name


def picked(value: str, create: bool) -> int | str | None:
    """Read what a box sent: the id of a record, or `new:` and a name to create. Raises TooLong, or ValueError for what is neither."""
    if not value.startswith(NEW):
        return identity(value.strip() or None)
    if not create:
        raise ValueError(_("Choose an entry of the list."))
    return new_name(value.removeprefix(NEW))


def new_name(text: str) -> str:
    """Return a name to create. Raises TooLong."""
    name = squeeze(text)
    if not name:
        raise ValueError(_("Choose an entry of the list."))
    if len(name) > NAME:
        raise TooLong(name)
    return name
