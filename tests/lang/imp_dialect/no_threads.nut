// Coroutines are absent.
print(("newthread" in getroottable()) + " " + ("suspend" in getroottable()) + "\n")   // expect: false false
