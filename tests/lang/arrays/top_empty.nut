// top of an empty array throws.
[].top()                     // expect error: top() on a empty array
