// regexp2 is RE2: match wants the whole text, search and capture find places; indexes count bytes.
// differs: the reference has no regexp2
print(regexp2("a.*z").match("abcz") + "\n")              // expect: true
print(regexp2("b+").match("abb") + "\n")                 // expect: false
local found = regexp2("b+").search("éabb")
print(found.begin + " " + found.end + "\n")              // expect: 3 5
found = regexp2("b").search("abcb", 2)
print(found.begin + " " + found.end + "\n")              // expect: 3 4
print(typeof regexp2("x").search("ab") + "\n")           // expect: null
foreach (group in regexp2("(a)|(b)").capture("xb")) print(group.begin + "-" + group.end + ";")
print("\n")                                              // expect: 1-2;-1--1;1-2;
print(type(regexp2("a")) + " " + typeof regexp2("a") + "\n")     // expect: meta regexp2
