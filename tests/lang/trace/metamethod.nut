// A metamethod is a frame of its own.
// differs line: the C++ VM unwinds the metamethod before it reports
class C {
    function _add(o) {
        throw "no sum"       // expect error: no sum
    }
}
local c = C()
c + 1
// expect trace: _add 5
// expect trace: main 9
