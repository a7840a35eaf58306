// A missing function is a missing index.
nope()                       // expect error: the index 'nope' does not exist
