// Blocks may be nested.
{ { { print("in\n") } } }    // expect: in
