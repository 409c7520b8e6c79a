"""A whole province in miniature: every state of every machine, the same every time.

Everything is done by the portal's own services in the names of example people, so that the demo is
a possible world. Dates are relative to today. All of it is 示例（非官方）.
"""
