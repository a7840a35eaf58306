// The matching case runs.
function f(x) { switch (x) { case 1: return "one"; case "a": return "letter"; default: return "other" } }
print(f(1) + " " + f("a") + " " + f(9) + "\n")   // expect: one letter other
