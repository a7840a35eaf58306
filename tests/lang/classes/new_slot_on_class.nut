// A member may be added with <- before the first instance.
class P {}
P.x <- 7
print(P().x + "\n")          // expect: 7
