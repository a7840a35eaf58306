// Inside, the status is running.
it <- null
function g() { yield it.getstatus() }
it = g()
print(resume it + "\n")      // expect: running
