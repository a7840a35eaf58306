// A bool result is no number.
try { [1, 3, 2].sort(@(x, y) x < y) } catch (e) { print(e + "\n") }   // expect: numeric value expected as return value of the compare function
