// A NUL does not end the separators.
// differs: stock takes it for their end
print(split("a,b;c", ",\0;").len() + "\n")      // expect: 3
