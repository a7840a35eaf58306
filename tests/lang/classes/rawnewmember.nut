// rawnewmember makes a member, too.
class A {}
A.rawnewmember("z", 5)
print(A().z + "\n")          // expect: 5
