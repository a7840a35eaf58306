// A string that runs to the end of the file.
// expect compile error @4: unfinished string
print(@"abc
