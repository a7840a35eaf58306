// A constructor cannot invent members.
class A {
    constructor() {
        this.x = 1           // expect error: the index 'x' does not exist
    }
}
A()
