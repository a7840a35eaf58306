// A bool is no scalar constant.
// differs: 3.0.5 takes a bool, 3.0.4 and the imp do not
const A = true               // expect compile error: scalar expected : integer,float or string
