// An argument that fails on its own line.
// differs line: stock reports the line of the statement
local t = {}
print(
    "a",
    t.missing                // expect error: the index 'missing' does not exist
)
