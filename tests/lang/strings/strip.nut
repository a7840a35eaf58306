// strip, lstrip and rstrip remove white space.
print("[" + strip(" \t a b \n") + "]\n")    // expect: [a b]
print("[" + lstrip("  ab ") + "]\n")        // expect: [ab ]
print("[" + rstrip(" ab  ") + "]\n")        // expect: [ ab]
