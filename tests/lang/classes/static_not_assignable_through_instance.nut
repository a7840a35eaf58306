// An instance cannot assign a static.
class P { static s = 5 }
P().s = 6                    // expect error: the index 's' does not exist
