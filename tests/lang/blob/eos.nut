// eos is null until the end.
local b = blob(1)
print((b.eos() == null) + " ")
b.seek(1)
print((b.eos() == null) + "\n")   // expect: true false
