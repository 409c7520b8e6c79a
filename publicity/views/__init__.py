"""The pages of notices, objections, titles and days, public ones and those of the office."""
