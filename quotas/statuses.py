from django.db import models


class CycleState(models.TextChoices):
    PREPARING = "preparing", "筹备中"
    OPEN = "open", "进行中"
    CLOSED = "closed", "已结束"


class Basis(models.TextChoices):
    """What places may be divided by when the province asks for a proposal."""

    COUNTIES = "counties", "县（市、区）数"
    NURSERIES = "nurseries", "已备案托育机构数"
    CAPACITY = "capacity", "已备案托育机构托位数"
