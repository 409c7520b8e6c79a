"""What the papers say and how they are drawn."""
