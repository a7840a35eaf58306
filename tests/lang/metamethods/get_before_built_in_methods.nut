// Built-in methods, too.
class C { function _get(k) { return @() "got " + k } }
print(C().getclass() + "\n") // expect: got getclass
