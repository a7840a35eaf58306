// type() names the basic type.
print(type(5) + " " + type(null) + " " + type("") + " " + type(type) + "\n")   // expect: integer null string function
