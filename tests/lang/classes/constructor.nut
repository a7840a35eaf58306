// The constructor gets the arguments; its return value is dropped.
class P {
    x = null
    constructor(x, y = 3) { this.x = x + y; return 99 }
}
print(P(1).x + " " + P(1, 1).x + "\n")   // expect: 4 2
