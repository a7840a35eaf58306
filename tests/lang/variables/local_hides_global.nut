// A local hides the global; :: still reaches it.
x <- "global"
local x = "local"
print(x + " " + ::x + "\n")  // expect: local global
