// A character literal is an integer.
print('A' + "\n")            // expect: 65
print('\n' + "\n")           // expect: 10
print('\'' + "\n")           // expect: 39
print('\\' + "\n")           // expect: 92
print('\x41' + "\n")         // expect: 65
print(typeof 'A' + "\n")     // expect: integer
