// Script recursion a thousand deep is nothing special.
function depth(n) { return n == 0 ? 0 : 1 + depth(n - 1) }
print(depth(1000) + "\n")    // expect: 1000
