// The callback of a native has a frame, the native none.
// differs line: the C++ VM unwinds the callback before it reports
[1].map(function (v) {
    throw "in map"           // expect error: in map
})
// expect trace: unknown 4
// expect trace: main 3
