// In concatenation a blob is its bytes.
// differs: stock gives the text of an instance
local b = blob(2)
b[0] = 'o'
b[1] = 'k'
print("<" + b + ">\n")       // expect: <ok>
