// Bool and integer cannot be ordered; a bool is named by its type.
true < 2                     // expect error: comparison between 'bool' and '2'
