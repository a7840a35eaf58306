// pop takes the last item, top looks at it.
local a = [1, 2]
print(a.top() + " " + a.pop() + " " + a.len() + "\n")   // expect: 2 2 1
