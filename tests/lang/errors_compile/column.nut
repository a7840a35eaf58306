// The column of the error.
local abc = = 2              // expect compile error @2:14: expression expected
