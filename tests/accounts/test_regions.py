"""The divisions of the province, as the shipped table has them."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import Region
from accounts.regions import load_regions
from accounts.statuses import Level

pytestmark = pytest.mark.django_db

TABLE = settings.BASE_DIR / "fixtures" / "divisions.csv"


@pytest.fixture
def loaded():
    return load_regions(TABLE)


def test_the_province_its_cities_and_the_zone(loaded):
    province = Region.objects.province()
    assert (province.name, province.path, province.code) == ("辽宁省", "21", "210000")
    assert Region.objects.filter(level=Level.CITY).count() == 14
    assert Region.objects.city_units().count() == 15
    assert Region.objects.within("21").count() == loaded == Region.objects.count()


def test_a_county_lies_in_its_city(loaded):
    county = Region.objects.get(code="210102")
    assert (county.name, county.path, county.full_name) == (
        "和平区",
        "21/2101/210102",
        "沈阳市和平区",
    )
    assert county.city_unit == Region.objects.get(code="210100")
    assert county.county_unit == county
    assert county.commission == "和平区卫生健康局"
    assert (county.province_path, county.region_path) == ("21", county.path)


def test_two_counties_of_one_name_are_told_apart(loaded):
    assert {r.full_name for r in Region.objects.filter(name="铁西区")} == {
        "沈阳市铁西区",
        "鞍山市铁西区",
    }


def test_the_zone_is_both_county_and_city(loaded):
    zone = Region.objects.get(level=Level.ZONE)
    assert "沈抚" in zone.name
    assert zone.parent == Region.objects.province()
    assert (zone.county_unit, zone.city_unit) == (zone, zone)
    assert zone.full_name == zone.name
    assert zone.commission.endswith("社会事业局")
    assert zone in Region.objects.city_units()
    assert zone in Region.objects.county_units()


def test_within_goes_by_path_and_never_by_the_beginning_of_a_code(loaded):
    city = Region.objects.get(code="210100")
    Region.objects.create(
        code="219999", name="某市", level=Level.CITY, parent=city.parent, path="21/21010"
    )
    names = {region.name for region in Region.objects.within(city.path)}
    assert "和平区" in names
    assert "某市" not in names
    assert not Region.objects.within_any([]).exists()
    both = Region.objects.within_any(["21/2101", "21/2103"])
    assert {r.city_unit.name for r in both} == {"沈阳市", "鞍山市"}


def test_loading_again_changes_names_and_adds_nothing(loaded, tmp_path):
    table = tmp_path / "divisions.csv"
    table.write_text(TABLE.read_text().replace("和平区", "和平新区"))
    assert load_regions(table) == loaded
    assert Region.objects.count() == loaded
    assert Region.objects.get(code="210102").name == "和平新区"


def test_the_database_wants_a_parent_below_the_province(loaded):
    with pytest.raises(IntegrityError), transaction.atomic():
        Region.objects.create(code="219998", name="某市", level=Level.CITY, path="21/2199")
    with pytest.raises(IntegrityError), transaction.atomic():
        Region.objects.create(
            code="210001", name="又一省", level="province", parent=Region.objects.first(), path="x"
        )
