// _tostring serves concatenation and tostring().
class C { function _tostring() { return "I am C" } }
print(C() + "\n")            // expect: I am C
print("<" + C() + ">\n")     // expect: <I am C>
print(C().tostring() + "\n") // expect: I am C
