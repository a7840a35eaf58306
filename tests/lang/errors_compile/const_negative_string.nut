// A minus needs a number.
const A = -"x"               // expect compile error: scalar expected : integer,float
