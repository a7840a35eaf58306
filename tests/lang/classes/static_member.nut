// Statics are read through the class and its instances.
class P { static s = 5; static function f() { return "static f" } }
print(P.s + " " + P().s + "\n")   // expect: 5 5
print(P.f() + "\n")          // expect: static f
