from scoring.models.imports import RubricImport
from scoring.models.rubrics import Indicator, Option, Rubric, RubricVersion, Section
from scoring.models.sheets import Evidence, Mark, Sheet

__all__ = [
    "Evidence",
    "Indicator",
    "Mark",
    "Option",
    "Rubric",
    "RubricImport",
    "RubricVersion",
    "Section",
    "Sheet",
]
