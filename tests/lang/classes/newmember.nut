// newmember adds a member, optionally static.
class C {}
C.newmember("x", 1)
C.newmember("s", 2, null, true)
print(C().x + C.s + "\n")    // expect: 3
