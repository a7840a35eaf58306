// Three origins; 0 is success, -1 failure.
local b = blob(10)
print(b.seek(4) + " " + b.tell() + "\n")        // expect: 0 4
print(b.seek(2, 'c') + " " + b.tell() + "\n")   // expect: 0 6
print(b.seek(-1, 'e') + " " + b.tell() + "\n")  // expect: 0 9
print(b.seek(11) + " " + b.tell() + "\n")       // expect: -1 9
