// An error of a name or a break is reported where the construct begins.
// differs: the reference gives the place up to which it has read
function f() {
    local a = 1; break; a = 2
}
// expect compile error @4:18: 'break' has to be in a loop block
