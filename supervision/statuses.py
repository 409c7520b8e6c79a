from django.db import models


class OrderState(models.TextChoices):
    ORDERED = "ordered", "整改中"
    REPORTED = "reported", "待复查"
    PASSED = "passed", "整改合格"
    FAILED = "failed", "整改不合格"
    ENDED = "ended", "随称号终止"


# The limit runs, or the re-check is due.
RUNNING = (OrderState.ORDERED, OrderState.REPORTED)
