// Methods, fields and statics of a class come mixed in hash order.
class C {
    first = 1
    second = 2
    static third = 3
    constructor() {}
    function fourth() {}
    function fifth() {}
    sixth = 6
}
foreach (k, v in C) print(k + " ")
print("\n")                  // expect: third first second constructor fifth fourth sixth 
