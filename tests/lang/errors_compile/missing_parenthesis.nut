// A missing closing parenthesis.
print((1 + 2;                // expect compile error: expected ')'
