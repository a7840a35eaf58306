// The text of an array names the type.
print([].tostring().slice(0, 9) + "\n")   // expect: (array : 
