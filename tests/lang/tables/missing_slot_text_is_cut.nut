// The text of the key is cut at 50 characters.
local t = {}
t["aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff"]   // expect error: the index 'aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee' does not exist
