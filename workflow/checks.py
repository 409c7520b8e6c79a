"""A machine that could not be proof-read does not start."""

from typing import Any

from django.apps import apps
from django.core import checks

from workflow.machine import Guard, transitions


def machines() -> list[Any]:
    """Every model that is a machine, in order of the installed apps."""
    from workflow.models import Subject  # noqa: PLC0415 - models are not ready when apps start

    return [model for model in apps.get_models() if issubclass(model, Subject)]


@checks.register
def check_machines(**_: Any) -> list[checks.CheckMessage]:
    faults: list[checks.CheckMessage] = []
    for model in machines():
        field = model._meta.get_field("state")
        if not getattr(field, "protected", False):
            faults.append(checks.Error("state must be a protected FSMField", obj=model))
            continue
        for name, by_source in transitions(model).items():
            transition = next(iter(by_source.values()))
            where = f"{model._meta.label}.{name}"
            if not callable(transition.permission):
                faults.append(checks.Error(f"{where} has no policy", id="workflow.E001"))
            if "label" not in transition.custom:
                faults.append(checks.Error(f"{where} has no label", id="workflow.E002"))
            if any(not isinstance(c, Guard) for c in transition.conditions):
                faults.append(checks.Error(f"{where}: conditions must be guards"))
    return faults
