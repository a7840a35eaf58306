// No array method of a later version.
[1].each(print)              // expect error: the index 'each' does not exist
