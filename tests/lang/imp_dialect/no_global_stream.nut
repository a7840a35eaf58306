// There is no global stream.
// differs: stock has the class that blob extends
print(("stream" in getroottable()) + "\n")               // expect: false
