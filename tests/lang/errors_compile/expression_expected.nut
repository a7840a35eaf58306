// A missing operand.
local a = ;                  // expect compile error: expression expected
