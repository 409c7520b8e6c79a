"""An arrival on site, as the phone or the page sends it."""

from __future__ import annotations

from django import forms

from applications.services import Place


class VisitForm(forms.Form):
    """When and where. `arrived_at` (ISO 8601) is left out by a page without JavaScript."""

    arrived_at = forms.DateTimeField(
        required=False, error_messages={"invalid": "到达时间应为日期和时间。"}
    )
    latitude = forms.DecimalField(required=False, min_value=-90, max_value=90)
    longitude = forms.DecimalField(required=False, min_value=-180, max_value=180)
    accuracy = forms.DecimalField(required=False, min_value=0, max_value=1_000_000)

    @property
    def place(self) -> Place | None:
        latitude, longitude = self.cleaned_data["latitude"], self.cleaned_data["longitude"]
        if latitude is None or longitude is None:
            return None
        accuracy = self.cleaned_data["accuracy"]
        return Place(latitude, longitude, None if accuracy is None else round(accuracy))
