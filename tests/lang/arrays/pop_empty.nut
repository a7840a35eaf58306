// pop of an empty array throws.
[].pop()                     // expect error: empty array
