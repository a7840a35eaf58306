// newmember and <- replace an existing member.
class A { x = 1; static s = 1 }
A.newmember("x", 2)
A.s <- 3
print(A().x + " " + A.s + "\n")   // expect: 2 3
