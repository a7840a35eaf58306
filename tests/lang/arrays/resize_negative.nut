// A negative size throws.
// differs: the C++ VM dies
[1].resize(-1)               // expect error: negative size
