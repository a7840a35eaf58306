// *, +, ?, {n}, {n,m}.
print(regexp("ab*c").match("ac") + " " + regexp("ab+c").match("ac") + " " + regexp("ab?c").match("abc") + "\n")   // expect: true false true
print(regexp("a{2}").match("aa") + " " + regexp("a{2,3}").match("aaaa") + " " + regexp("a{2,}").match("aaaa") + "\n")   // expect: true false true
