// typeof a regexp.
print(typeof regexp("a") + "\n")   // expect: regexp
