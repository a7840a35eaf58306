// Line numbers of #line have up to nine digits.
// differs: stock takes #line for a comment
local f = function () {
#line 999999999 "far.nut"
    throw "here"
}
f()
// expect error @999999999: here
// expect trace: unknown far.nut:999999999
// expect trace: main far.nut:1000000001
