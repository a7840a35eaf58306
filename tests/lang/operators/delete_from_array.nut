// Arrays have no slots to delete.
local a = [1]
delete a[0]                  // expect error: attempt to delete a slot from a array
