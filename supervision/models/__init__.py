"""What follows a title: orders to put something right."""

from supervision.models.orders import RectificationOrder, supervised_titles

__all__ = ["RectificationOrder", "supervised_titles"]
