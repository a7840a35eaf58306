// Negative zero keeps its sign in the text.
print(-0.0 + " " + math.floor(-0.5) + " " + (0.0 == 0) + "\n")   // expect: -0 -1 true
