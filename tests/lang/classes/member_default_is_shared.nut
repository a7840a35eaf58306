// A member's default is made once: objects in it are shared by all instances.
class P { list = [] }
P().list.push(1)
P().list.push(2)
print(P().list.len() + "\n") // expect: 2
