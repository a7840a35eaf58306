// sin is not a global.
sin(1)                       // expect error: the index 'sin' does not exist
