// After the block the name is a global again.
{ local inner = 1 }
inner                        // expect error: the index 'inner' does not exist
