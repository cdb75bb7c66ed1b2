"""The demo study is complete, consistent, and cannot be taken for anything but fiction where it is fiction."""

import datetime as dt
import re
from collections import Counter

import pytest
from stdnum import luhn
from stdnum.fr import siren as official_siren

from consult.demo.content import Content, load
from consult.interviews.models import InterviewKind, InterviewMode
from consult.kernel.model import LABEL, NAME, NOTE, Confidentiality
from consult.organisations.models import OrganisationKind, RelationKind, RoleKind, WorkforceBand
from consult.organisations.participation import Priority
from consult.organisations.people_models import Civility, PersonFunction
from consult.studies import territory_reference
from consult.studies.models import Role, SegmentKind, StudyState

SPECIALITIES_OF_THE_TRADE = 30
FICTION_PHONES = re.compile(r"(01 99 00|02 61 91|03 53 01|04 65 71|05 36 49|06 39 98) \d\d \d\d")
EXAMPLE = re.compile(r"([a-z0-9-]+\.)?example\.org")
HOLIDAYS = {dt.date(2023, 4, 10), *(dt.date(2022, 12, day) for day in range(24, 32))}
"""Real houses whose names must not come near those invented here (lower case, as parts of a name)."""
REAL_NAMES = """
    lip yema pequignet péquignet herbelin humbert-droz dodane leroy lornet utinam phenomen berthet beaubleu serica baltic depancel
    trilobe maty cartier breitling breguet rolex omega tissot longines zenith ulysse girard perregaux patek audemars vacheron hermès
    fralsen cattin frésard frisard metalem cheval imi cryla scoder bourgeois perrin mantion silvant guillod technotime cupillard parrenin
    anguenot jaeger japy swatch richemont lvmh kering soprod sellita isa france-ébauches ronda tag heuer tudor chopard piaget
""".split()


@pytest.fixture(scope="module")
def content() -> Content:
    return load()


@pytest.fixture(scope="module")
def organisations(content):
    return content.organisations


@pytest.fixture(scope="module")
def people(organisations):
    return [person for organisation in organisations for person in organisation["people"]]


def companies(organisations):
    return [each for each in organisations if each["fictional"]]


def test_there_are_81_organisations_each_with_one_interview(organisations):
    assert Counter(each["segment"] for each in organisations) == {"brand": 9, "subcontractor": 30, "outside": 17, "institution": 25}
    assert all(each["interview"]["note"] for each in organisations)
    assert len({each["key"] for each in organisations}) == len({each["name"] for each in organisations}) == 81


def test_every_brand_and_subcontractor_was_met_individually_and_the_others_in_both_ways(organisations):
    kinds = Counter((each["segment"], each["interview"]["kind"]) for each in organisations)
    assert kinds["brand", "individual"] == 9
    assert kinds["subcontractor", "individual"] == 30
    assert all(kinds[segment, kind] >= 5 for segment in ("outside", "institution") for kind in ("individual", "consultation"))


def test_brands_and_subcontractors_lie_inside_the_perimeter_and_the_others_companies_outside(content, organisations):
    inside = {commune.code for siren in content.epci for commune in territory_reference.communes_of(siren)}
    assert len(content.epci) == 6
    for each in organisations:
        if each["segment"] in {"brand", "subcontractor"}:
            assert each["commune"] in inside, each["key"]
        if each["segment"] == "outside":
            assert each["commune"] not in inside, each["key"]


def test_the_six_bodies_of_the_perimeter_are_all_there_and_each_holds_companies(content, organisations):
    assert set(content.epci) == {each["siren"] for each in organisations if each.get("siren")}
    homes = {territory_reference.commune(each["commune"]).epci for each in organisations if each["segment"] in {"brand", "subcontractor"}}
    assert homes == set(content.epci)


def test_places_exist_and_postcodes_fit_them(organisations):
    for each in organisations:
        if each["country"] == "CH":
            assert re.fullmatch(r"\d{4}", each["postcode"])
            assert each["city"]
            assert each["segment"] == "outside"
        else:
            assert each["postcode"] in territory_reference.commune(each["commune"]).postcodes, each["key"]


def test_a_fictional_company_says_so_and_carries_the_tag(organisations):
    for each in companies(organisations):
        assert each["description"].endswith("(fictif)")
        assert "fictional" in each["tags"]
    assert not any("fictional" in each["tags"] for each in organisations if not each["fictional"])


def test_no_fictional_company_has_an_official_number_and_the_invented_ones_fail_their_checksum(organisations):
    given = [each["unchecked_siren"].replace(" ", "") for each in companies(organisations) if each.get("unchecked_siren")]
    assert not any(each.get("siren") for each in companies(organisations))
    assert len(given) >= 5
    assert len(set(given)) == len(given)
    assert all(re.fullmatch(r"\d{9}", number) and not luhn.is_valid(number) for number in given)


def test_the_real_numbers_of_the_intermunicipal_bodies_are_valid(organisations):
    assert all(official_siren.is_valid(each["siren"]) for each in organisations if each.get("siren"))


def test_every_address_on_the_net_is_reserved_for_examples(content, organisations, people):
    mails = [user["email"] for user in content.users] + [person["email"] for person in people]
    mails += [each["email"] for each in companies(organisations)]
    assert all(EXAMPLE.fullmatch(mail.split("@")[1]) for mail in mails)
    assert len(set(mails)) == len(mails)
    assert all(EXAMPLE.fullmatch(each["website"].removeprefix("https://")) for each in companies(organisations))
    assert all(
        each.get("website", "https://").startswith("https://") and "email" not in each for each in organisations if not each["fictional"]
    )


def test_every_telephone_number_is_of_a_range_kept_for_fiction(organisations, people):
    numbers = [each["phone"] for each in organisations if "phone" in each] + [person["mobile"] for person in people if "mobile" in person]
    assert len(numbers) > 50
    assert all(FICTION_PHONES.fullmatch(number) for number in numbers)
    assert len(set(numbers)) == len(numbers)
    assert not any("phone" in each for each in organisations if not each["fictional"])


def test_no_invented_name_holds_that_of_a_real_house(organisations):
    for each in companies(organisations):
        words = set(re.findall(r"[\w-]+", each["name"].lower()))
        assert not words & set(REAL_NAMES), each["name"]


def test_dates_lie_in_the_field_phase_on_working_days(organisations):
    days = [each["interview"]["date"] for each in organisations]
    assert min(days) == dt.date(2022, 12, 9)
    assert dt.date(2023, 4, 24) <= max(days) <= dt.date(2023, 4, 30)
    assert all(day.weekday() < 5 and day not in HOLIDAYS for day in days)


def test_the_effort_of_the_interviews_leaves_room_in_the_days_planned(content, organisations):
    spent = sum(each["interview"]["days"] for each in organisations)
    assert content.study["man_days_planned"] == 126
    assert 70 <= spent <= 80
    assert all(0.25 <= each["interview"]["days"] <= 2 for each in organisations)


def test_texts_are_all_different_and_of_a_readable_length(organisations):
    notes = [each["interview"]["note"] for each in organisations]
    assert len(set(notes)) == 81 == len({each["interview"]["summary"] for each in organisations})
    for each in organisations:
        words = len(each["interview"]["note"].split())
        assert (80 <= words <= 210) if each["fictional"] else (40 <= words <= 130), (each["key"], words)
    openings = Counter(note[:40] for note in notes)
    assert max(openings.values()) == 1


def test_no_two_notes_share_a_sentence(organisations):
    seen: Counter[str] = Counter()
    for each in organisations:
        sentences = {s.strip() for s in re.split(r"[.\n]", each["interview"]["note"]) if len(s.split()) > 7}
        seen.update(sentences)
    assert not [sentence for sentence, times in seen.items() if times > 1]


def test_an_institution_is_quoted_nowhere(organisations):
    for each in organisations:
        if each["segment"] == "institution":
            assert not re.search(r"[«»“”]|\b(estime|déclare|souhaite|regrette|selon)\b", each["interview"]["note"]), each["key"]


def test_confidentiality_is_mostly_of_the_team_with_some_narrower_and_wider(organisations):
    levels = Counter(each["interview"]["level"] for each in organisations if each["fictional"])
    assert levels["team"] > 35
    assert levels["strict"] >= 4
    assert levels["partners"] >= 3


def test_every_key_that_is_named_exists(content, organisations, people):
    users, keys, persons = ({each["key"] for each in group} for group in (content.users, organisations, people))
    assert len(persons) == len(people)
    for each in organisations:
        own = {person["key"] for person in each["people"]}
        assert each["owner"] in users
        assert set(each["interview"]["by"]) <= users
        assert set(each["interview"]["with"]) <= own
        assert set(each["specialities"]) <= set(content.specialities)
        assert set(each["tags"]) <= set(content.tags)
    assert all({each["from"], each["to"]} <= keys and each["from"] != each["to"] for each in content.relations)
    assert all(each["person"] in persons and each["organisation"] in keys for each in content.affiliations)
    used = {word for each in organisations for word in each["specialities"]}
    assert used == set(content.specialities)
    assert len(used) >= SPECIALITIES_OF_THE_TRADE
    assert set(content.tags) == {tag for each in organisations for tag in each["tags"]}


def belongs(closed_list, code):
    return code in {member.value for member in closed_list}


def test_every_code_belongs_to_its_closed_list(content, organisations, people):
    assert belongs(StudyState, content.study["state"])
    assert belongs(Confidentiality, content.study["default_confidentiality"])
    for each in organisations:
        interview = each["interview"]
        lists = [(OrganisationKind, each["kind"]), (RoleKind, each["role"]), (Priority, each["priority"]), (SegmentKind, each["segment"])]
        said = [(InterviewKind, interview["kind"]), (InterviewMode, interview["mode"]), (Confidentiality, interview["level"])]
        assert all(belongs(*pair) for pair in (*lists, *said)), each["key"]
        assert each.get("workforce") is None or belongs(WorkforceBand, each["workforce"])
        assert each.get("naf") is None or territory_reference.naf_label(each["naf"]), each["key"]
        assert {each["influence"], each["interest"]} <= set(range(1, 6))
    assert all(belongs(PersonFunction, person["function"]) for person in people)
    assert all(belongs(Civility, person["civility"]) for person in people if "civility" in person)
    assert all(belongs(RelationKind, each["kind"]) for each in content.relations)


def test_nothing_is_longer_than_its_column(content, organisations, people):
    for each in organisations:
        assert max(len(each["name"]), len(each.get("legal_name", "")), len(each["interview"].get("place", ""))) <= NAME
        assert max(len(each["address"]) if "address" in each else 0, len(each.get("website", ""))) <= LABEL
        assert max(map(len, (each["interview"]["note"], each["interview"]["summary"], each.get("description", "")))) <= NOTE
        assert not re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e]", each["interview"]["note"])
    assert all(len(person["title"]) <= NAME for person in people)
    assert all(len(label) <= NAME for labels in (*content.specialities.values(), *content.tags.values()) for label in labels)


def test_quotas_hold_minimum_and_maximum_and_coverage_is_not_all_the_same(content):
    met = {"brand": 9, "subcontractor": 30, "outside": 17, "institution": 25}
    assert [segment["kind"] for segment in content.segments] == list(met)
    assert all(
        0 < segment["goal_min"] < segment["goal_max"] and segment["goal_min"] <= met[segment["kind"]] for segment in content.segments
    )
    assert {met[segment["kind"]] > segment["goal_max"] for segment in content.segments} == {True, False}


def test_there_is_one_user_for_every_role_and_an_administrator(content):
    assert {user["role"] for user in content.users if "role" in user} == {role.value for role in Role}
    assert [user["key"] for user in content.users if user.get("is_admin")] == ["anne"]
    assert not any("role" in user for user in content.users if user.get("is_admin"))


def test_some_people_have_two_functions_and_some_have_left_one(content, people):
    assert 105 <= len(people) <= 125
    assert sum("until" in each for each in content.affiliations) >= 4
    assert sum("until" not in each for each in content.affiliations) >= 4


def test_french_is_set_with_its_spaces(organisations):
    assert not any(re.search(r" [:;!?»]|« ", each["interview"]["note"]) for each in organisations)
