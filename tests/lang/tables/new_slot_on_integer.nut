// New slots need a table, class or instance.
local n = 5
n.x <- 1                     // expect error: indexing integer with string
