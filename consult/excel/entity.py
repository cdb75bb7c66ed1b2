"""Which entity a table holds: the one that explains most of its columns and of which a name or an identifier was found."""

from __future__ import annotations

from consult.excel.headwords import NEUTRAL
from consult.excel.recognise import Candidate
from consult.excel.registry import EntitySpec, Registry
from consult.excel.seen import OPEN_BELOW, Seen, best_of, has_first_name, is_its_own, is_lone_surname, rivals_among
from consult.excel.text import fold
from consult.excel.titles import told_by


def explaining(seen: list[Seen], registry: Registry, about: str = "") -> str | None:
    """The entity that explains most of the columns, among those of which an identity was found; `about` is what the table is called."""
    told = told_by(about, registry)
    scores = {
        entity.name: _strength(seen, entity, registry, entity.name in told) * _turn(seen, entity, registry)
        for entity in registry.entities
        if not (entity.companion and entity.of)
    }
    best = max(scores, key=lambda name: scores[name], default=None)
    return best if best is not None and scores[best] > 0 else None


def _turn(seen: list[Seen], entity: EntitySpec, registry: Registry) -> float:
    """What is added to people when each row names another of them and their organisations repeat: it is a list of people."""
    owner = next((other for other in registry.entities if other.name == entity.of), None)
    if owner is None or not seen or max(len(one.values) for one in seen) < 4:
        return 1.0
    whole = [one for one, candidate in _claims(seen, entity).values() if candidate.field.kind in ("person", "last_name")]
    theirs = [one for one, candidate in _claims(seen, owner).values() if candidate.field.kind == "name"]
    people = bool(whole) and whole[0].distinct >= 0.9 and not _registered(_claims(seen, owner))
    return 3.0 if people and any(one.distinct <= 0.6 and one.column.index > whole[0].column.index for one in theirs) else 1.0


def _claims(seen: list[Seen], entity: EntitySpec) -> dict[str, tuple[Seen, Candidate]]:
    """The surest column for each field of the entity."""
    claims: dict[str, tuple[Seen, Candidate]] = {}
    rivals = rivals_among(seen)
    for one in seen:
        candidate = best_of(one, entity.name)
        if candidate is None or not is_its_own(one, candidate) or (candidate.why == "values" and candidate.field.full_name in rivals):
            continue
        if is_lone_surname(seen, one, candidate):
            continue
        before = claims.get(candidate.field.name)
        if before is None or candidate.score > before[1].score:
            claims[candidate.field.name] = (one, candidate)
    return claims


def _strength(seen: list[Seen], entity: EntitySpec, registry: Registry, told: bool = False) -> float:
    claims = _claims(seen, entity)
    identity = [name for name in entity.identity if name in claims]
    for other in registry.entities:
        if other.companion and other.of == entity.name:
            theirs = {f"{other.name}.{name}": claim for name, claim in _claims(seen, other).items()}
            claims = {**theirs, **claims}
    columns = sum(1 for one in seen if one.values and not one.column.aside)
    if not identity or not columns:
        return 0.0
    if identity == ["email"] and any(_claims(seen, owner) for owner in registry.entities if owner.name == entity.of):
        return 0.0
    weakly = all(_is_weak(seen, *claims[name], entity, registry) for name in identity) and not (
        "last_name" in identity and has_first_name(seen, entity.name)
    )
    told = told and (
        _names_another(seen, entity, registry) if _happens(entity, registry) else _heads(seen, claims[identity[0]][0], registry)
    )
    weakly = weakly and not told
    others = [name for name in claims if name not in identity and not claims[name][1].field.refers]
    telling = sum(2 if claims[name][1].field.kind == "first_name" else 1 for name in others if _tells(*claims[name]))
    if weakly and telling + len(identity) - 1 < 2 or _is_only_repeated(seen, claims, identity, registry):
        return 0.0
    if (
        not told
        and (len(claims) / columns < (0.3 if weakly else 0.15) or (columns > 3 and not telling and len(identity) < 2))
        and (weakly or not _leads(seen, claims[identity[0]][0]))
    ):
        return 0.0
    proof = sum(1.0 if weakly else 2.0 for _ in identity[:2])
    specific = sum(claims[name][1].score * (0.4 if _is_shared(*claims[name]) else 1.0) for name in others)
    return (proof + specific) * _standing(claims, identity, seen, registry, entity) * (0.6 if entity.companion else 1.0)


def _happens(entity: EntitySpec, registry: Registry) -> bool:
    """Whether the entity is something that happened, and neither has nor is had by another."""
    return not entity.of and all(other.of != entity.name for other in registry.entities)


def _is_only_repeated(seen: list[Seen], claims: dict[str, tuple[Seen, Candidate]], identity: list[str], registry: Registry) -> bool:
    """Whether the entity is but named, by names that repeat and do not lead the table, and no person beside them: the table is about
    something else, such as the schemes of some funders."""
    one, candidate = claims[identity[0]]
    repeated = len(one.values) >= 8 and one.distinct <= 0.5 and candidate.field.kind == "name" and len(identity) == 1
    first = next((other for other in seen if other.values and not other.column.aside), one)
    people = [other for other in registry.entities if other.of]
    return repeated and first is not one and not any(set(_claims(seen, other)) & set(other.identity) for other in people)


def _names_another(seen: list[Seen], entity: EntitySpec, registry: Registry) -> bool:
    """Whether the table also names a record of another entity, with which something happened."""
    return any(set(_claims(seen, other)) & set(other.identity) for other in registry.entities if other is not entity)


def _heads(seen: list[Seen], one: Seen, registry: Registry) -> bool:
    """Whether the names of the list are in its first columns, are no people's, and no column is of people's first names."""
    people = [entity.name for entity in registry.entities if entity.of]
    return _leads(seen, one) and not one.people and not any(has_first_name(seen, name) for name in people)


def _leads(seen: list[Seen], one: Seen) -> bool:
    """Whether the column stands among the first three and hardly repeats itself, as the names of a list do."""
    first = [other for other in seen if other.values and not other.column.aside][:3]
    return one in first and one.distinct >= 0.8


def _standing(
    claims: dict[str, tuple[Seen, Candidate]], identity: list[str], seen: list[Seen], registry: Registry, entity: EntitySpec
) -> float:
    """How much the table is about the entity: less when it is only named as what another has, more when it comes first, or when first
    and last names stand there without a word on whose they are."""
    if _happens(entity, registry):
        return 1.4  # what happened with an organisation names it too, and first
    if _is_attribute(claims, identity, seen, registry, entity):
        return 0.5
    own = [claims[name][0].column.index for name in identity if not _is_shared(*claims[name])]
    names = [claim for claim in claims.values() if claim[1].field.kind in ("first_name", "last_name")]
    full = len({claim[1].field.kind for claim in names}) == 2 and not any(claim[1].hinted for claim in names)
    owner = next((other for other in registry.entities if other.name == entity.of), None)
    if owner and _registered(_claims(seen, owner)):
        full = False
    return (1.4 if full or _registered(claims) else 1.0) * (1.25 if own and min(own) == _first_named(seen, registry) else 1.0)


def _registered(claims: dict[str, tuple[Seen, Candidate]]) -> bool:
    """Whether each row has an official number of its own, as lists of companies have."""
    return any(candidate.field.kind in ("siren", "siret") and one.distinct >= 0.9 for one, candidate in claims.values())


def _first_named(seen: list[Seen], registry: Registry) -> int:
    """The first column by which a record of any entity is known."""
    places = [
        one.column.index
        for entity in registry.entities
        for name, (one, candidate) in _claims(seen, entity).items()
        if name in entity.identity and not _is_shared(one, candidate)
    ]
    return min(places, default=0)


def _is_weak(seen: list[Seen], one: Seen, candidate: Candidate, entity: EntitySpec, registry: Registry) -> bool:
    """Whether an identity rests on a word that many tables use, such as *nom*, and neither the level above, the values nor the columns
    beside it say whose it is."""
    header = fold(one.column.header)
    if header not in {fold(word) for word in entity.weak} or entity.name in registry.hints(one.column.group):
        return False
    if candidate.field.kind != "name":
        return not one.people
    if one.firms:
        return False
    heads = one in [other for other in seen if other.values and not other.column.aside][:2] and one.distinct >= 0.9
    return not (heads and (_has_contact(seen, one, registry) if header in _ANY_NAME else header in _CALLED))


_ANY_NAME = frozenset("nom noms name denomination".split())
_CALLED = NEUTRAL | frozenset("marque enseigne entite entity account".split())
"""Weak names that speak of an organisation all the same when they head the list and do not repeat."""


def _has_contact(seen: list[Seen], one: Seen, registry: Registry) -> bool:
    """Whether a further column is headed by a person of whom the records have one, such as a contact."""
    people = {entity.name for entity in registry.entities if entity.of}
    return any(
        candidate.hinted and candidate.field.kind == "person" and candidate.field.entity in people and candidate.score >= OPEN_BELOW
        for other in seen
        if other.column.index > one.column.index
        for candidate in other.candidates
    )


_GENERIC = frozenset(
    "type kind nature description descriptif notes note commentaire commentaires comment comments remarque remarques observation "
    "observations categorie category statut status etat state titre title domaine service services direction mode duree lieu place groupe "
    "group tags tag role taille size produits products production theme themes numero date time heure start "
    "site reference ref code langue language format suivi informations infos divers objet".split()
)


def _tells(one: Seen, candidate: Candidate) -> bool:
    """Whether a column speaks for the entity: values of a kind of their own, or a header that no other table would have."""
    if candidate.field.kind in ("text", "job", "note", "choice", "terms", "people", "date", "time", "duration"):
        return candidate.why == "header" and fold(one.column.header) not in _GENERIC
    return True


def _is_shared(one: Seen, candidate: Candidate) -> bool:
    """Whether another entity has as good a claim on the column, as on a telephone number."""
    return not candidate.hinted and any(
        other.field.entity != candidate.field.entity and other.score >= candidate.score - 0.02 and not other.field.refers
        for other in one.candidates
    )


def _is_attribute(
    claims: dict[str, tuple[Seen, Candidate]], identity: list[str], seen: list[Seen], registry: Registry, entity: EntitySpec
) -> bool:
    """Whether the entity is only named as what another has: *nom du contact* beside *structure*."""
    own = [name for name in identity if not _is_shared(*claims[name])]
    if not own or not all(claims[name][1].hinted for name in own):
        return False
    owner = next((other for other in registry.entities if other.name == entity.of), None)
    theirs = _claims(seen, owner) if owner else {}
    named = [theirs[name] for name in owner.identity if name in theirs] if owner else []
    place = claims[own[0]][0].column.index
    return any(
        owner and claim[0].column.index != place and (claim[0].column.index < place or not _is_weak(seen, *claim, owner, registry))
        for claim in named
    )


def unfed(seen: list[Seen], registry: Registry, entity: str | None) -> set[str]:
    """Fields of entities that the table cannot feed, because nothing in it names a record of them."""
    refused: set[str] = set()
    for spec in registry.entities:
        if spec.name == entity or spec.companion:
            continue
        named = any(
            candidate.field.entity == spec.name
            and candidate.field.name in spec.identity
            and candidate.score >= OPEN_BELOW
            and candidate.field.kind != "email"
            and is_its_own(one, candidate)
            and (not _is_weak(seen, one, candidate, spec, registry) or candidate.why == "values" or has_first_name(seen, spec.name))
            for one in seen
            for candidate in one.candidates
        )
        if not named:
            refused.update(field.full_name for field in registry.fields if field.entity == spec.name)
    return refused
