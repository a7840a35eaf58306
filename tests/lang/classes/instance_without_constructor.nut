// instance() makes an instance without calling the constructor.
class C { x = 1; constructor() { print("constructed\n") } }
print(C.instance().x + "\n") // expect: 1
