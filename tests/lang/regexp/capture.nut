// Item 0 is the whole match, then one item a group.
local c = regexp("([a-z]+)=([0-9]+)").capture("key=42")
print(c.len() + "\n")        // expect: 3
foreach (g in c) print(g.begin + "-" + g.end + " ")
print("\n")                  // expect: 0-6 0-3 4-6 
print((regexp("(x)").capture("abc") == null) + "\n")   // expect: true
