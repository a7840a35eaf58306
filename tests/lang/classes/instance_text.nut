// The text of an instance without _tostring.
class C {}
print(C().tostring().slice(0, 12) + "\n")   // expect: (instance : 
