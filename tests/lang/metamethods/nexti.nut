// _nexti gives the next index, null at the end; _get gives the values.
class C {
    function _nexti(prev) { return prev == null ? 0 : prev < 2 ? prev + 1 : null }
    function _get(i) { return i * 10 }
}
foreach (i, v in C()) print(i + "=" + v + " ")
print("\n")                  // expect: 0=0 1=10 2=20 
