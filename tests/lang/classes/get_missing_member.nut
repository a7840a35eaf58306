// Reading one, too.
class P {}
P().x                        // expect error: the index 'x' does not exist
