// A comment without an end.
// expect compile error @5: missing "*/" in comment
print("x")
/* never closed
