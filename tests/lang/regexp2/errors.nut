// A bad pattern throws; a pattern has at most 256 characters, and at most 10 objects exist at a time.
// differs: the reference has no regexp2
local attempt = function (f) { try { print(f() + "\n") } catch (e) { print(e + "\n") } }
attempt(@() regexp2("("))                                // expect: invalid regexp2 pattern: missing ): (
attempt(@() regexp2(1))                                  // expect: parameter 1 has an invalid type 'integer' ; expected: 'string'
local long = ""
while (long.len() < 257) long += "a"
attempt(@() regexp2(long))                               // expect: a regexp2 pattern may have at most 256 characters
local kept = []
attempt(function () { while (true) kept.append(regexp2("a")) })      // expect: there may be at most 10 regexp2 objects
print(kept.len() + "\n")                                 // expect: 10
kept.clear()
print(regexp2("a").match("a") + "\n")                    // expect: true
