"""Whatever is sent, wherever, by whomever: never an error of ours, and the same answer on both engines."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.faults.amounts import SEED, amount
from tests.faults.installation import Answer, Installation, Sent
from tests.faults.kits import BOTH, Kit, kit
from tests.faults.monkey import Monkey
from tests.guards.test_routes import TEXTS
from tests.guards.world import rules

pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # an upload cut short leaves its buffer to the collector
BATCH = 100
ENDS_THE_GAME = (
    "/delete",
    "/sign-out",
    "/remove",
    "/end-others",
    "/end",
    "/unmake-admin",
    "/deactivate",
    "/role",
    "/account/password",
    "/preferences",
    "/merge",
)


@pytest.fixture(scope="module")
def kits() -> Iterator[list[Kit]]:
    with ExitStack() as stack:
        yield [stack.enter_context(kit(engine)) for engine in BOTH]


def _batches(sent: Iterator[Sent], number: int) -> Iterator[list[Sent]]:
    """Part requests into games, in each of which those that would end it come last."""
    left = number
    while left > 0 and (batch := list(itertools.islice(sent, min(BATCH, left)))):
        left -= len(batch)
        yield sorted(batch, key=lambda each: each.path.endswith(ENDS_THE_GAME))


def _play(batch: list[Sent], installations: list[Installation]) -> Iterator[str]:
    for sent in batch:
        answers = [each.send(sent) for each in installations]
        yield from _complaints(sent, answers)
    for each in installations:
        yield from (
            f"then {each.engine} {rule}: {answer.status} {answer.cause}" for rule, answer in each.pages("lead") if answer.status >= 500
        )


def _complaints(sent: Sent, answers: list[Answer]) -> Iterator[str]:
    statuses = [answer.status for answer in answers]
    if max(statuses) >= 500 or len(set(statuses)) > 1:
        yield f"{statuses} {sent}{''.join(chr(10) + '    ' + a.cause for a in answers if a.cause)}"
    if any("X-Injected" in answer.headers for answer in answers):
        yield f"a header was injected: {sent}"


def test_no_request_makes_an_error_and_both_engines_answer_alike(kits: list[Kit]) -> None:
    installations = [each.fresh() for each in kits]
    first = installations[0]
    monkey = Monkey(SEED, list(rules(first.app)), first.forms("lead"), first.here.ids, TEXTS)
    everything = list(monkey.every_route())
    monkey.chance.shuffle(everything)
    sent = itertools.chain(everything[: amount(200, len(everything))], monkey.endlessly())
    complaints: list[str] = []
    for batch in _batches(sent, amount(500, 20_000)):
        complaints += _play(batch, [each.fresh() for each in kits])
    assert complaints == [], f"seed {SEED}: {len(complaints)} complaints, first of them:\n" + "\n".join(complaints[:30])


def test_a_number_of_hundreds_of_digits_is_refused_beside_its_field(kits: list[Kit]) -> None:
    for each in kits:
        installation = each.fresh()
        path = f"/studies/{installation.here.study.id}/segments/new"
        body = b"label=x&kind=brand&goal_min=" + b"1" * 400 + b"&goal_max=" + b"9" * 5000
        answer = installation.send(Sent("lead", "POST", path, "", body))
        assert answer.status == 422
        assert "1" * 400 in answer.text
