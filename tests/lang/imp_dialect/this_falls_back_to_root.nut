// this.x falls back to the root table, other.x does not.
g <- "root"
local t = { function f() { return this.g } }
print(t.f() + "\n")          // expect: root
t.g                          // expect error: the index 'g' does not exist
