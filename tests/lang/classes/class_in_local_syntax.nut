// class x {} cannot declare a class in a local.
local C
class C {}                   // expect compile error: cannot create a class in a local with the syntax(class <local>)
