// An empty pattern is refused.
// differs: stock dies when it is used
try { print(regexp("").match("")) } catch (e) { print(e + "\n") }        // expect: letter expected
