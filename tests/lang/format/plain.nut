// Text without conversions.
print(format("plain") + "\n")        // expect: plain
