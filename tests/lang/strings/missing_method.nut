// Methods of later versions do not exist.
"abc".join(["x"])            // expect error: the index 'join' does not exist
