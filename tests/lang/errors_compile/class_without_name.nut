// class as a statement needs a name.
class { };                   // expect compile error: invalid class name
