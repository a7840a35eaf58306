// Without a name the file stays.
// differs: stock takes #line for a comment
#line 50
throw "x"
// expect error @50: x
// expect trace: main 50
