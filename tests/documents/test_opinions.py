"""Which opinion stands in which cell of the form."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from applications.statuses import Tier, Verdict
from documents.papers.opinions import standing


@dataclass(frozen=True)
class Given:
    tier: str
    verdict: str


COUNTY = Given(Tier.COUNTY, Verdict.RECOMMEND)
CITY = Given(Tier.CITY, Verdict.RECOMMEND)
PROVINCE = Given(Tier.PROVINCE, Verdict.PASS)
COUNTY_AGAIN = Given(Tier.COUNTY, Verdict.DECLINE)


@pytest.mark.parametrize(
    ("given", "stands"),
    [
        ([], {}),
        ([COUNTY], {Tier.COUNTY: COUNTY}),
        (
            [COUNTY, CITY, PROVINCE],
            {Tier.COUNTY: COUNTY, Tier.CITY: CITY, Tier.PROVINCE: PROVINCE},
        ),
        ([Given(Tier.COUNTY, Verdict.RETURN)], {}),
        ([Given(Tier.COUNTY, Verdict.RETURN), COUNTY], {Tier.COUNTY: COUNTY}),
        ([COUNTY, Given(Tier.CITY, Verdict.SEND_BACK)], {}),
        ([COUNTY, Given(Tier.CITY, Verdict.SEND_BACK), COUNTY_AGAIN], {Tier.COUNTY: COUNTY_AGAIN}),
        ([COUNTY, CITY, Given(Tier.PROVINCE, Verdict.SEND_BACK)], {Tier.COUNTY: COUNTY}),
        (
            [
                COUNTY,
                CITY,
                Given(Tier.PROVINCE, Verdict.SEND_BACK),
                Given(Tier.CITY, Verdict.SEND_BACK),
            ],
            {},
        ),
    ],
)
def test_a_step_that_begins_anew_empties_its_cells(given, stands):
    assert standing(given) == stands
