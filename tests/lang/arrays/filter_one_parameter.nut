// A one-parameter filter is refused.
[1].filter(@(v) true)        // expect error: wrong number of parameters
