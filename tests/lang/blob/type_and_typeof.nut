// type gives meta, typeof gives blob.
// differs: stock type() gives instance
local b = blob()
print(type(b) + " " + typeof b + "\n")   // expect: meta blob
