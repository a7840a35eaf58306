// Attributes may be written and have no effect on the members.
class C </ a = 1 /> { </ b = 2 /> x = 5 </ c = 3 /> function f() { return x } }
print(C().f() + "\n")        // expect: 5
