// Further out it throws.
[1].insert(3, 2)             // expect error: index out of range
