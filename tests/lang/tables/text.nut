// The text of a table names the type.
print(({}).tostring().slice(0, 9) + "\n")   // expect: (table : 
