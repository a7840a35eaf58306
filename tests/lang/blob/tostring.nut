// tostring gives the bytes.
// differs: stock gives the text of an instance
local b = blob(3)
b[0] = 'a'
b[2] = 'c'
local s = b.tostring()
print(typeof s + " " + s.len() + " " + s[0] + " " + s[1] + "\n")   // expect: string 3 97 0
print("[" + blob().tostring() + "]\n")                             // expect: []
