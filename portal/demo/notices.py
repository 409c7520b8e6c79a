"""The texts of the example notices."""

from datetime import datetime

from accounts.models import User
from publicity import services as publicity
from publicity.models import Notice
from quotas.models import Cycle

CONTACT = "示例省卫生健康委员会人口家庭处，电话 024-00000000，地址示例路 1 号"


def compose(cycle: Cycle, batch: str, by: User, at: datetime) -> Notice:
    """A draft over all that has passed and is on no notice yet."""
    return publicity.compose(
        cycle,
        title=f"{cycle.year}年省级示范托育机构拟授予名单公示（{batch}）",
        body=(
            f"根据{cycle.basis}，经机构申报、县级初审、市级审核、省级专家评审，"
            "拟授予以下机构“省级示范托育机构”称号，现予公示，接受社会监督。"
        ),
        basis=cycle.basis,
        contact=CONTACT,
        number=f"示例卫公示〔{cycle.year}〕{batch}",
        by=by,
        at=at,
    )


def decision(cycle: Cycle, number: str) -> str:
    """The number of an award decision."""
    return f"示例卫发〔{cycle.year}〕{number}号"
