// A verbatim string may run over several lines.
print(@"one
two" + "\n")
// expect: one
// expect: two
