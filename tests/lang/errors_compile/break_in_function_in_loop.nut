// A loop around the function does not help.
while (true) {
    local f = function () { break }   // expect compile error: 'break' has to be in a loop block
}
