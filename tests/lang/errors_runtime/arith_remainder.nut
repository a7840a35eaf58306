// The remainder operator reports unsuitable types like the others.
// differs: stock ignores its own error and yields null
local s = "a"
5 % s                        // expect error: arith op % on between 'integer' and 'string'
