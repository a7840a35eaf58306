// \x without digits.
print("a\xg")                // expect compile error: hexadecimal number expected
