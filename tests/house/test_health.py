"""The application stands up on both databases."""

from collections.abc import Callable

from tests.tools.phones import Phone


def test_health_answers_when_the_database_does(phone: Callable[[], Phone]) -> None:
    answer = phone().get("/api/health")
    assert answer.status_code == 200
    assert answer.get_json() == {"ok": True}
