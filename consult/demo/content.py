"""The demo study as it is written in `content/`: read, completed by a few rules, and given to the seeder.

What a file leaves out follows from its key: a fictional company's site is https://KEY.example.org and its people write from
first.last@KEY.example.org (RFC 2606 reserves example.org, so no mail ever leaves for a real company).
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from consult.studies import territory_reference

FILES = {
    "brands": "brand",
    "subcontractors-val": "subcontractor",
    "subcontractors-plateau": "subcontractor",
    "subcontractors-doubs": "subcontractor",
    "outside": "outside",
    "institutions": "institution",
}
"""The files of organisations, and the segment of what they hold."""

FICTIONAL_SEGMENTS = frozenset({"brand", "subcontractor", "outside"})
PERSON_NOTE = "Personne fictive, créée pour la démonstration."

Facts = dict[str, Any]


@dataclass(frozen=True)
class Content:
    """Everything that is written about the demo study; each list in the order of the files."""

    study: Facts
    epci: list[str]
    segments: list[Facts]
    users: list[Facts]
    specialities: dict[str, list[str]]
    tags: dict[str, list[str]]
    components: dict[str, list[str]]
    processes: dict[str, list[str]]
    organisations: list[Facts]
    targets: list[Facts]
    needs: list[Facts]
    capabilities: list[Facts]
    relations: list[Facts]
    affiliations: list[Facts]
    questions: dict[str, Facts]
    guides: list[Facts]
    texts: dict[str, list[str]]
    numbers: dict[str, dict[str, list[int]]]
    comments: list[str]


@cache
def load() -> Content:
    """Read the files once; what is returned is shared and not to be changed."""
    frame, links, answers, sourcing = _read("study"), _read("links"), _read("answers"), _read("sourcing")
    return Content(
        study=frame["study"],
        epci=frame["perimeter"]["epci"],
        segments=frame["segment"],
        users=frame["user"],
        specialities=frame["speciality"],
        tags=frame["tag"],
        components=frame["component"],
        processes=frame["process"],
        organisations=[_organisation(facts, segment) for name, segment in FILES.items() for facts in _read(name)["organisation"]],
        targets=[_target(facts) for facts in _read("targets")["target"]],
        needs=sourcing["need"],
        capabilities=sourcing["capability"],
        relations=links["relation"],
        affiliations=links["affiliation"],
        questions=_read("questions"),
        guides=_read("guides")["guide"],
        texts=answers["texts"],
        numbers=answers["numbers"],
        comments=answers["comments"]["of"],
    )


def _read(name: str) -> Facts:
    path = Path(__file__).with_name("content") / f"{name}.toml"
    return _set_in_french(tomllib.loads(path.read_text("utf-8")))


def _set_in_french(value: Any) -> Any:
    """No-break spaces where French sets them, so that the files can be typed on any keyboard."""
    if isinstance(value, str):
        return re.sub(r" (?=[:;!?»%€])", "\u00a0", value).replace("« ", "«\u00a0").strip()
    if isinstance(value, list):
        return [_set_in_french(each) for each in value]
    if isinstance(value, dict):
        return {key: _set_in_french(each) for key, each in value.items()}
    return value


def _organisation(facts: Facts, segment: str) -> Facts:
    fictional = segment in FICTIONAL_SEGMENTS
    key = facts["key"]
    completed = {"segment": segment, "fictional": fictional, "kind": "company", "country": "FR", "aliases": [], "specialities": []} | facts
    completed["tags"] = ["fictional", *facts.get("tags", [])] if fictional else facts.get("tags", [])
    if fictional:
        completed |= {"website": f"https://{key}.example.org", "email": f"contact@{key}.example.org"}
    completed["people"] = [{"email": f"{_mail_name(person)}@{key}.example.org"} | person for person in facts["people"]]
    completed["interview"] = {"kind": "individual"} | facts["interview"]
    return completed | _place(facts)


def _target(facts: Facts) -> Facts:
    """Complete a target that was not met: what its people and addresses are follows from its key, as for the others."""
    key, people = facts["key"], [facts["person"]] if "person" in facts else []
    completed = {"fictional": True, "kind": "company", "country": "FR", "aliases": [], "specialities": [], "tags": ["fictional"]} | facts
    completed |= {"website": f"https://{key}.example.org", "email": f"contact@{key}.example.org"}
    completed["people"] = [{"email": f"{_mail_name(person)}@{key}.example.org"} | person for person in people]
    return completed | _place(facts)


def _place(facts: Facts) -> Facts:
    """City and postcode from the commune, unless the file names them."""
    commune = territory_reference.commune(facts["commune"]) if "commune" in facts else None
    if commune is None:
        return {"commune": None}
    return {"city": commune.name, "postcode": facts.get("postcode") or commune.postcodes[0], "commune": commune.code}


def _mail_name(person: Facts) -> str:
    name = f"{person['first']}.{person['last']}".lower().replace("œ", "oe")
    return re.sub(r"[^a-z.-]", "", unicodedata.normalize("NFKD", name.replace(" ", "-").replace("'", "")))
