from enum import StrEnum


class Kind(StrEnum):
    """How an indicator is marked. Plain Python, since the arithmetic knows no framework."""

    SCALE = "scale"
    DEDUCT = "deduct"
    AWARD = "award"
    ALL_OR_NOTHING = "all_or_nothing"
    VETO = "veto"

    @property
    def label(self) -> str:
        return KIND_LABELS[self]


KIND_LABELS = {
    Kind.SCALE: "按档计分",
    Kind.DEDUCT: "按次扣分",
    Kind.AWARD: "按项加分",
    Kind.ALL_OR_NOTHING: "达标得分",
    Kind.VETO: "一票否决",
}
KIND_CHOICES = [(kind.value, label) for kind, label in KIND_LABELS.items()]
