"""The open data of the portal: what its public pages say, as JSON, with its own description."""

from publicity.views.api.pages import description, document, urls

__all__ = ["description", "document", "urls"]
