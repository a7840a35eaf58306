// Any value may be thrown.
try { throw "text" } catch (e) { print(e + "\n") }       // expect: text
try { throw 42 } catch (e) { print(e + 1 + "\n") }       // expect: 43
try { throw { code = 7 } } catch (e) { print(e.code + "\n") }   // expect: 7
