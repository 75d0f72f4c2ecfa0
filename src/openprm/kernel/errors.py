"""What can go wrong, in words for people and a code for programs.

Services raise these (or subclasses beside the verb); pages and API turn them into answers, so no service knows HTTP.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class Problem(Exception):
    """Base of every expected refusal.

    ``message`` says what is wrong and what to do; ``code`` is stable for programs; ``fields`` maps a field name to its
    message where the input is at fault.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "problem"

    def __init__(self, message: Any, *, code: str | None = None, fields: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.problem_code = code or self.code
        self.fields = {name: str(text) for name, text in (fields or {}).items()}

    def __str__(self) -> str:
        return str(self.message)


class Refusal(Problem):
    """The state of things does not allow it (409)."""

    status = 409
    code = "refused"


class Invalid(Problem):
    """The input is not usable (422); ``fields`` says where and how to mend it."""

    status = 422
    code = "invalid"


class Forbidden(Problem):
    """This actor may not do that (403)."""

    status = 403
    code = "forbidden"


class Missing(Problem):
    """There is no such thing for this actor (404); also said of things that are somebody else's."""

    status = 404
    code = "not_found"


class Stale(Problem):
    """Somebody changed it in the meantime (412)."""

    status = 412
    code = "stale"


class TooMany(Problem):
    """Too many requests (429); ``retry_after`` is in seconds."""

    status = 429
    code = "too_many_requests"

    def __init__(self, message: Any, *, retry_after: int, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after
