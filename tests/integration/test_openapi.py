"""The running application against its own OpenAPI document, by schemathesis.

Every operation is called with what the document allows and with what it does not;
each answer must be one that the document names, in the form that it names.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
)

from judge import accounts, queue, submissions
from judge.runs import leave_outcome
from tests.integration.conftest import GOOD, make_course, make_user
from tests.integration.test_api import OUTCOME
from tests.unit.fakes import io_pack, unit_pack

EXAMPLES = 25
OPERATIONS = [
    ("GET", "/api/v1/problems"),
    ("GET", "/api/v1/problems/{slug}"),
    ("GET", "/api/v1/courses"),
    ("GET", "/api/v1/courses/{slug}"),
    ("POST", "/api/v1/problems/{slug}/submissions"),
    ("GET", "/api/v1/submissions/{submission_id}"),
    ("POST", "/api/run"),
    ("POST", "/api/save"),
    ("POST", "/api/v1/device/codes"),
    ("POST", "/api/v1/device/token"),
]
_state: dict[str, Any] = {}


@pytest.fixture
def document(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The document of an application with a course, a submission, and no wait for workers."""
    student = make_user("stina")
    make_course(unit_pack(), io_pack())
    from judge import problems

    made = submissions.create(student, problems.by_slug("leap"), GOOD, "submit")
    _state["token"] = accounts.create_token(student, "schemathesis")
    _state["known"] = {"slug": ["leap", "sum", "basics"], "submission_id": [str(made.id)]}
    monkeypatch.setattr(queue, "enqueue_run", _answer_at_once)
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)


def _answer_at_once(run_id: str, *_: object) -> None:
    leave_outcome(queue.connection(), run_id, OUTCOME)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Half of the calls name things that are there: made-up names only ever give 404."""
    if random.random() < 0.5:
        for name, values in _state["known"].items():
            if name in (case.path_parameters or {}):
                case.path_parameters[name] = random.choice(values)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_answer_is_as_documented(
    document: Any, operation: tuple[str, str], mode: GenerationMode
) -> None:
    method, path = operation
    cases = document[path][method].as_strategy(generation_mode=mode)

    @given(case=cases)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def check(case: Any) -> None:
        headers = {"Authorization": f"Bearer {_state['token']}"}
        case.call_and_validate(
            headers=headers,
            # Names that nobody made up are accepted; the hook above puts them in.
            excluded_checks=[negative_data_rejection, positive_data_acceptance, ignored_auth],
        )

    check()


def test_the_document_names_every_route_of_the_api(document: Any) -> None:
    named = {(operation.method.upper(), operation.path) for operation in _all(document)}
    assert named == {(method, path) for method, path in OPERATIONS}


def _all(document: Any) -> list[Any]:
    return [result.ok() for result in document.get_all_operations()]
