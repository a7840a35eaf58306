// An enum member needs a scalar.
enum E { A = {} }            // expect compile error: scalar expected : integer,float or string
