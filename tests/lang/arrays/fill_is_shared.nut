// The fill value is one object.
local a = array(2, [])
a[0].push(1)
print(a[1].len() + "\n")     // expect: 1
