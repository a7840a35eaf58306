// An instance without _nexti cannot be iterated.
class C {}
foreach (v in C()) {}        // expect error: _nexti failed
