// Of two NaNs, + * % give the right one and - the left one; the sign tells.
local inf = 1e30 * 1e30, minus = inf - inf, plus = -minus
print((minus + plus) + " " + (plus + minus) + " ")     // expect: nan -nan nan -nan nan nan
print((minus * plus) + " " + (plus * minus) + " ")
print((minus % plus) + " " + (plus - minus))
