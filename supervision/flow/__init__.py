"""The machines of supervision."""

from supervision.flow.orders import RectificationFlow

__all__ = ["RectificationFlow"]
