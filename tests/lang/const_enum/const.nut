// Integer, float, string and negative constants.
const A = 5
const B = -2.5
const C = "text"
print(A + " " + B + " " + C + "\n")   // expect: 5 -2.5 text
