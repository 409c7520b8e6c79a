"""What supervision does; each service is one transaction."""

from supervision.services.titles import (
    end_orders,
    fail_check,
    order_rectification,
    pass_check,
    revoke,
)

__all__ = ["end_orders", "fail_check", "order_rectification", "pass_check", "revoke"]
