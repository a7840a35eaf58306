// continue needs a loop.
continue                     // expect compile error: 'continue' has to be in a loop block
