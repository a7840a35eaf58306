// Writing at the end grows the blob.
local b = blob(1)
b.seek(1)
b.writen(513, 'w')
print(b.len() + " " + b[1] + b[2] + "\n")   // expect: 3 12
