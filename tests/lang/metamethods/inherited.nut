// _inherited is called on the base when a class extends it.
class A { function _inherited(attrs) { print("inherited " + typeof this + "\n") } }
class B extends A {}         // expect: inherited class
