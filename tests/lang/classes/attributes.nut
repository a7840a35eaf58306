// Attributes of members and of the class itself.
class C </ kind = "demo" /> {
    </ min = 1, max = 9 />
    x = 5
}
print(C.getattributes("x").max + "\n")       // expect: 9
print(C.getattributes(null).kind + "\n")     // expect: demo
