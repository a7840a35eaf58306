// Names of later versions are absent.
foreach (name in ["freeze", "getobjectid", "escape", "printf", "startswith", "endswith"])
    if (name in getroottable()) print("has " + name + "\n")
print("done\n")              // expect: done
