// rawin does not see built-in methods, and assigning one of their names needs <-.
local t = {}
print(t.rawin("len") + "\n") // expect: false
t.len = 1                    // expect error: the index 'len' does not exist
