from nurseries.models.imports import NurseryImport
from nurseries.models.parts import ClassGroup, Fee, StaffGroup
from nurseries.models.registry import Nursery, NurseryUserObjectPermission

__all__ = [
    "ClassGroup",
    "Fee",
    "Nursery",
    "NurseryImport",
    "NurseryUserObjectPermission",
    "StaffGroup",
]
