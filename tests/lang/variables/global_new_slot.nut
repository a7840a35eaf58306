// x <- v makes a global; ::x is the same slot.
x <- 5
print(::x + "\n")            // expect: 5
::y <- 6
print(y + "\n")              // expect: 6
y = 7
print(::y + "\n")            // expect: 7
