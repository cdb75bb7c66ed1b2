"""What every table is made of: the base class, column types, and the facts a row may declare about itself."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any, ClassVar, Generic, Self, TypeAlias, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, declared_attr, mapped_column, registry

AnySelect: TypeAlias = "sa.Select[*tuple[Any, ...]]"
"""A select of whatever columns."""

NAME, LABEL, NOTE = 200, 500, 100_000
"""The longest name, label and note, in characters: column and form agree because both use these."""

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def now() -> dt.datetime:
    """Return the present instant, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


class UTCDateTime(sa.types.TypeDecorator[dt.datetime]):
    """An instant: aware in Python, naive UTC in the database. Refuses a naive value."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime was given: {value!r}")
        return value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        return None if value is None else value.replace(tzinfo=dt.UTC)


class Choice(enum.StrEnum):
    """A closed list. Each member carries its stored code and its French and English labels: `CALL = "call", "Appel", "Call"`."""

    fr: str
    en: str

    def __new__(cls, code: str, fr: str = "", en: str = "") -> Self:  # labels are left out when a member is looked up: Role("lead")
        member = str.__new__(cls, code)
        member._value_ = code
        member.fr, member.en = fr, en
        return member

    def label(self, lang: str) -> str:
        """Return the label in `lang` ("fr" or "en")."""
        return self.fr if lang == "fr" else self.en


C = TypeVar("C", bound=Choice)


class ChoiceType(sa.types.TypeDecorator[C], Generic[C]):
    """A member of a closed list, stored as its code; no CHECK, so that a list may grow without touching the table."""

    impl = sa.String(40)
    cache_ok = True

    def __init__(self, members: type[C]) -> None:
        super().__init__()
        self.members = members
        self._by_value = {member.value: member for member in members}

    def process_bind_param(self, value: C | str | None, dialect: sa.Dialect) -> str | None:
        if value is None:
            return None
        return str(value._value_ if type(value) is self.members else self.members(value).value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> C | None:
        return None if value is None else self._by_value[value]


def choice(members: type[Choice], **options: Any) -> MappedColumn[Any]:
    """Declare a column that holds a member of a closed list."""
    return mapped_column(ChoiceType(members), **options)


class Base(DeclarativeBase):
    """The declarative base of every table."""

    registry = registry(
        type_annotation_map={dt.datetime: UTCDateTime(), dict[str, Any]: sa.JSON(), list[str]: sa.JSON()},
        metadata=sa.MetaData(naming_convention=NAMING),
    )


class Record:
    """A row with an identity, and with who made and last changed it and when."""

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-10)
    created_at: Mapped[dt.datetime] = mapped_column(default=now, sort_order=90)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now, onupdate=now, sort_order=92)

    @declared_attr
    def created_by_id(cls) -> Mapped[int | None]:
        return mapped_column(sa.ForeignKey("user_account.id"), sort_order=91)

    @declared_attr
    def updated_by_id(cls) -> Mapped[int | None]:
        return mapped_column(sa.ForeignKey("user_account.id"), sort_order=93)


class Referenced:
    """A row with a stable code that people read and quote, such as ORG-0042; it is never given twice."""

    ref_prefix: ClassVar[str]
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True, sort_order=-9)


class Versioned:
    """A row under optimistic lock: saving over a change one has not seen raises Conflict."""

    version: Mapped[int] = mapped_column(default=1, sort_order=89)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class SoftDeleted:
    """A row that is hidden when deleted and can be brought back; ordinary queries never see it while it is deleted."""

    deleted_at: Mapped[dt.datetime | None] = mapped_column(default=None, sort_order=94)

    @declared_attr
    def deleted_by_id(cls) -> Mapped[int | None]:
        return mapped_column(sa.ForeignKey("user_account.id"), sort_order=95)


class StudyScoped:
    """A row that belongs to one study; no query sees it outside that study's scope."""

    @declared_attr
    def study_id(cls) -> Mapped[int]:
        return mapped_column(sa.ForeignKey("study.id"), sort_order=-8)


class Audited:
    """A row whose every change is written to the audit. `audit_skip` names columns that say nothing to a reader.

    Its id is never given twice, not even on SQLite, which gives the last one again once its row is gone: nobody inherits another's history.
    """

    audit_skip: ClassVar[frozenset[str]] = frozenset(
        {
            "id",
            "version",
            "created_at",
            "created_by_id",
            "updated_at",
            "updated_by_id",
            "deleted_by_id",
            "study_id",
            "search_key",
            "sort_name",
        }
    )

    def __init_subclass__(cls, **options: Any) -> None:
        if "__tablename__" in vars(cls):
            cls.__table_args__ = _never_reused(getattr(cls, "__table_args__", ()))  # type: ignore[attr-defined]
        super().__init_subclass__(**options)

    def audit_subject(self) -> tuple[str, int]:
        """Return table and id of the record on whose history page a change of this row is read; itself unless overridden."""
        return self.__tablename__, self.id  # type: ignore[attr-defined]


def _never_reused(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    options = arguments[-1] if arguments and isinstance(arguments[-1], dict) else {}
    return (*(each for each in arguments if each is not options), {**options, "sqlite_autoincrement": True})


class Confidentiality(Choice):
    """Who may read what was said or decided; higher is narrower. `rank` is the level 0 to 3."""

    PUBLIC = "public", "Public", "Public"
    PARTNERS = "partners", "Partenaires", "Partners"
    TEAM = "team", "Équipe", "Team"
    STRICT = "strict", "Strict", "Strict"

    @property
    def rank(self) -> int:
        return list(Confidentiality).index(self)
