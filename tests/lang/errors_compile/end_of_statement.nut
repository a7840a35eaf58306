// Two statements on one line need a separator.
local a = 1 local b = 2      // expect compile error: end of statement expected (; or lf)
