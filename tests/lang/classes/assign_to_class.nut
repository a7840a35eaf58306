// A member of a class cannot be assigned with =.
class P { x = 5 }
P.x = 6                      // expect error: trying to set 'class'
