// The language says that it is 3.0.4.
// differs: the reference is 3.0.5
print(_version_ + " " + _versionnumber_ + "\n")          // expect: Squirrel 3.0.4 stable 304
