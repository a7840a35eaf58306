// A string has at most 33,554,432 bytes, a blob as many, an array 16,777,216 items.
// differs: the reference uses memory until none is left
local attempt = function (f) { try { f() } catch (e) { print(e + "\n") } }
local s = "x"
attempt(function () { while (true) s += s })                       // expect: out of memory
print(s.len() + "\n")                                              // expect: 33554432
attempt(function () { return s + "y" })                            // expect: out of memory
attempt(function () { return "y" + s })                            // expect: out of memory
attempt(function () { return 1 + s })                              // expect: out of memory
attempt(function () { return format("%s%s", s, "y") })             // expect: out of memory
local t = { s = s }
attempt(function () { t.s += "y" })                                // expect: out of memory
attempt(function () { return blob(33554433) })                     // expect: out of memory
attempt(function () { return array(16777217) })                    // expect: out of memory
attempt(function () { return [].resize(2147483647) })              // expect: out of memory
attempt(function () { local a = [1]; while (true) a.extend(a) })   // expect: out of memory
attempt(function () { return regexp(s) })                          // expect: regexp too complex
