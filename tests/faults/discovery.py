"""Every form that the pages show, read as a browser would read it: where it posts, which fields it has, what it would send untouched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

BARE = {"csrf_token"}
TYPED = {"text", "textarea", "search", "email", "number", "tel", "url", "password", "date", "time"}
FILLINGS = {"password": "correct horse battery staple", "number": "3", "amount": "1", "date": "12/01/2023", "time": "14:30"}


@dataclass
class FoundForm:
    """A form as it stands on a page. `fields` are name and value pairs as they would be sent; `kinds` tells each name's kind."""

    page: str
    action: str
    method: str
    multipart: bool = False
    fields: list[tuple[str, str]] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        """What makes two forms the same for our purposes."""
        return self.action, tuple(sorted(self.kinds))

    def texts(self) -> list[str]:
        """The names of the fields into which people type whatever they like."""
        return [name for name, kind in self.kinds.items() if kind in ("text", "textarea")]

    def filled(self, words: str = "Words") -> list[tuple[str, str]]:
        """Return the fields with something in each that people type or must choose, as somebody in a hurry would fill them."""
        sent: list[tuple[str, str]] = []
        for name, value in self.fields:
            kind = self.kinds.get(name, "hidden")
            if kind == "file":
                continue
            if value or kind in ("hidden", "checkbox", "radio"):
                sent.append((name, value))
            elif name in self.choices:
                offered = [choice for choice in self.choices[name] if choice]
                sent.append((name, offered[0] if offered and name in self.required else ""))
            else:
                sent.append((name, self._filling(name, kind, words)))
        return sent

    def _filling(self, name: str, kind: str, words: str) -> str:
        last = name.rpartition("-")[2]
        if "email" in last:
            return f"{words.split(maxsplit=1)[0].lower()}@example.org"
        return FILLINGS.get(kind, f"{words} {last}" if kind in ("text", "textarea") and name in self.required | {"name", "label"} else "")


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page, self.forms, self.by_id = page, list[FoundForm](), dict[str, FoundForm]()
        self._form: FoundForm | None = None
        self._select: tuple[FoundForm, str, bool] | None = None
        self._chosen: list[str] = []
        self._area: tuple[FoundForm, str] | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._begin(a)
        elif tag == "option" and self._select:
            form, name, _many = self._select
            form.choices[name].append(a.get("value", ""))
            if "selected" in a:
                self._chosen.append(a.get("value", ""))
        elif tag in ("input", "select", "textarea", "button") and a.get("name"):
            owner = self.by_id.get(a["form"]) if "form" in a else self._form
            if owner is not None:
                self._control(tag, a, owner)

    def _begin(self, a: dict[str, str]) -> None:
        action = urlsplit(urljoin(self.page, a.get("action") or self.page))
        self._form = FoundForm(
            self.page,
            action.path + (f"?{action.query}" if action.query else ""),
            (a.get("method") or "get").upper(),
            a.get("enctype") == "multipart/form-data",
        )
        self.forms.append(self._form)
        if a.get("id"):
            self.by_id[a["id"]] = self._form

    def _control(self, tag: str, a: dict[str, str], form: FoundForm) -> None:
        name = a["name"]
        if "required" in a:
            form.required.add(name)
        if tag == "select":
            form.kinds[name], form.choices[name] = "select", []
            self._select, self._chosen = (form, name, "multiple" in a), []
        elif tag == "textarea":
            form.kinds[name] = "textarea"
            self._area, self._text = (form, name), ""
        elif tag == "button":
            form.kinds.setdefault(name, "button")
            if not any(known == name for known, _ in form.fields):
                form.fields.append((name, a.get("value", "")))
        else:
            self._input(a, form, name)

    def _input(self, a: dict[str, str], form: FoundForm, name: str) -> None:
        kind = a.get("type", "text")
        if "inputmode" in a and kind == "text":
            kind = {"decimal": "amount", "numeric": "number"}.get(a["inputmode"], kind)
        if a.get("placeholder", "").count("/") == 2:
            kind = "date"
        form.kinds[name] = "text" if kind == "search" else kind
        if kind in ("checkbox", "radio"):
            form.choices.setdefault(name, []).append(a.get("value", "on"))
            if "checked" in a or (kind == "radio" and name in form.required and len(form.choices[name]) == 1):
                form.fields.append((name, a.get("value", "on")))
        else:
            form.fields.append((name, a.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._area:
            form, name = self._area
            form.fields.append((name, self._text.removeprefix("\n")))
            self._area = None
        elif tag == "select" and self._select:
            form, name, many = self._select
            chosen = self._chosen or ([] if many else form.choices[name][:1] or [""])
            form.fields.extend((name, value) for value in chosen)
            self._select = None


def forms_of(page: str, text: str) -> Iterator[FoundForm]:
    """Yield the forms of a page."""
    reader = _Reader(page)
    reader.feed(text)
    yield from reader.forms
