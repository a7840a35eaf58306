// Parameters need commas.
function f(a b) {}           // expect compile error: expected ')' or ','
