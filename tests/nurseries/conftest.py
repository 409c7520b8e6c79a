import pytest

from tests.nurseries.town import Town, town


@pytest.fixture(name="town")
def town_of_this_test(db: None) -> Town:
    return town()
