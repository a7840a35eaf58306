// A method shows its own name, without the class.
class C {
    function run() {
        throw "in method"    // expect error: in method
    }
}
C().run()
// expect trace: run 4
// expect trace: main 7
