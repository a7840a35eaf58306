// An error in _tostring goes to the caller of print.
// differs: stock ignores it
class Text {
    function _tostring() { throw "no text" }
}
try { print(Text()) } catch (e) { print(e + "\n") }      // expect: no text
