// There is no base parameter.
"ff".tointeger(16)           // expect error: wrong number of parameters
