// A negative size throws.
// differs: the C++ VM dies
array(-1)                    // expect error: negative size
