// There are no files.
foreach (name in ["file", "loadfile", "dofile", "writeclosuretofile"])
    if (name in getroottable()) print("has " + name + "\n")
print("done\n")              // expect: done
