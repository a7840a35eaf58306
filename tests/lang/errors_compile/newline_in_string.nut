// A newline inside "...".
print("abc                   // expect compile error: newline in a constant
")
