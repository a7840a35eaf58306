// A broken pattern throws.
try { regexp("(a") } catch (e) { print(e + "\n") }   // expect: expected paren
try { regexp("[a") } catch (e) { print(e + "\n") }   // expect: letter expected
try { regexp("[]") } catch (e) { print(e + "\n") }   // expect: empty class
