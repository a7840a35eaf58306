// _typeof serves typeof; type() ignores it.
class C { function _typeof() { return "special" } }
print(typeof C() + "\n")     // expect: special
print(type(C()) + "\n")      // expect: instance
