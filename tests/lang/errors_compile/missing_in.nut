// foreach needs in.
foreach (v of [1]) {}        // expect compile error: expected 'in'
