// The base may be a path.
lib <- { Base = class { v = 6 } }
class D extends lib.Base {}
print(D().v + "\n")          // expect: 6
