// A constructor shows as constructor.
class C {
    constructor() {
        throw "no"           // expect error: no
    }
}
C()
// expect trace: constructor 4
// expect trace: main 7
