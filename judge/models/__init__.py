"""The tables. Nothing here decides anything: rules are the business of the modules above."""

from judge.models.accounts import ApiToken, EndedSession, Role, User
from judge.models.base import Base
from judge.models.courses import Course, CourseProblem, Unit
from judge.models.problems import Problem, ProblemVersion
from judge.models.rejudgings import Rejudgement, Rejudging
from judge.models.snippets import Snippet, SnippetVersion
from judge.models.submissions import (
    Draft,
    Purpose,
    Result,
    State,
    Submission,
    TestResult,
)
from judge.models.workspaces import Workspace

__all__ = [
    "ApiToken",
    "Base",
    "Course",
    "CourseProblem",
    "Draft",
    "EndedSession",
    "Problem",
    "ProblemVersion",
    "Purpose",
    "Rejudgement",
    "Rejudging",
    "Result",
    "Role",
    "Snippet",
    "SnippetVersion",
    "State",
    "Submission",
    "TestResult",
    "Unit",
    "User",
    "Workspace",
]
