from django.db import models


class Level(models.TextChoices):
    """Levels of a region. A zone is a city-level unit without counties (沈抚示范区)."""

    PROVINCE = "province", "省级"
    CITY = "city", "市级"
    COUNTY = "county", "县级"
    ZONE = "zone", "示范区"
