// A slot hides a built-in method of the same name.
local t = { len = @() "mine" }
print(t.len() + "\n")        // expect: mine
