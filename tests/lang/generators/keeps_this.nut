// A generator keeps the object whose method it runs, as a binding keeps its environment.
// differs: stock holds it weakly
class Counter {
    start = 5
    function values() {
        yield "first"
        yield this.start
    }
}
local it = Counter().values()
print(resume it + "\n")      // expect: first
print(resume it + "\n")      // expect: 5
