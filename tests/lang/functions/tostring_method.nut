// A function's text names its kind.
print((@() 1).tostring().slice(0, 12) + "\n")   // expect: (function : 
