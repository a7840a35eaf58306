// clone of an integer throws.
clone 5                      // expect error: cloning a integer
