// At top level this is the root table.
print((this == getroottable()) + "\n")   // expect: true
v <- 3
print(this.v + "\n")         // expect: 3
