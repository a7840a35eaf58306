"""The executable tree: one small class per construct, made by ``squirrel.resolve``, run by ``eval`` and ``exec``.

Rules that every node follows:

- the common types are handled in the node, everything else in ``squirrel.ops``;
- ``frame.line`` is set before anything that can raise, and again after operands have been evaluated;
- a node keeps no reference to a value after it has returned, and none in a Python local while other script code runs,
  unless the language itself holds the value at that point: handles close when the last reference goes.
"""
