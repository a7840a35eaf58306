// A NUL in the format string is a character like others.
// differs: stock takes it for the end
print(format("a\0%d", 5).len() + "\n")                            // expect: 3
try { format("%\0d", 5) } catch (e) { print(e + "\n") }           // expect: invalid format
