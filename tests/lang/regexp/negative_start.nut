// Nothing is found from a start before the string.
// differs: stock reads what lies in front of it
local text = "a longer text with b in it"
print(typeof regexp("b").search(text, -1) + "\n")        // expect: null
print(typeof regexp("b").capture(text, -1) + "\n")       // expect: null
