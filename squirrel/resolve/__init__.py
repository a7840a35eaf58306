"""From the syntax tree to the executable tree: every name becomes a slot, a cell, a constant or a member."""
