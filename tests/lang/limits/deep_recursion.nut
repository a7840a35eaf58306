// Calls inside each other end in an error, however much of the stack each of them needs.
// differs: the reference uses memory until none is left
local attempt = function (f) { try { f(0) } catch (e) { print(e + "\n") } }
function blocks(n) {
    if (1) { local a = 1; while (1) { local b = 2; foreach (c in [3]) { local d = 4; switch (d) { case 4: blocks(n + 1)
    }
    }
    }
    }
}
attempt(blocks)              // expect: stack overflow
function chain(n) {
    return 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + -(1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + (1 + 1 + 1 + 1 + chain(n + 1)))
}
attempt(chain)               // expect: stack overflow
