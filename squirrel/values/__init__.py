"""The values that Squirrel programs handle.

null, bools, integers, floats and strings are Python's ``None``, ``bool``, ``int`` (always in the int32 range),
``float`` (always a float32 value) and ``str`` (each character one byte, 0-255). Everything else is a class here.
"""
