// Nor can a running one.
it <- null
function g() { 
    resume it                // expect error: resuming active generator
    yield 1
}
it = g()
resume it
