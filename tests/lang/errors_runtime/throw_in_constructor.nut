// An error in a constructor.
class C { constructor() { throw "no instance" } }
try { C() } catch (e) { print(e + "\n") }   // expect: no instance
