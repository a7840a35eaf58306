// in follows the delegates of a table.
// differs: stock looks at the table's own slots only; the imp asks the delegate, as it asks _get
local t = { a = 1 }.setdelegate({ b = 2 })
print(("b" in t) + "\n")     // expect: true
