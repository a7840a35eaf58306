// ! gives a bool.
print(!0 + "\n")             // expect: true
print(!"" + "\n")            // expect: false
print(!!5 + "\n")            // expect: true
