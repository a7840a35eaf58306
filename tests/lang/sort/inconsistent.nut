// A compare function for which an item is less than itself.
try { [1, 3, 2, 5, 4].sort(@(x, y) -1) } catch (e) { print(e + "\n") }   // expect: inconsistent compare function
