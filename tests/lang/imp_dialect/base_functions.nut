// The base functions are present.
foreach (name in ["getroottable", "assert", "print", "error", "array", "type", "callee", "dummy", "collectgarbage"])
    if (!(name in getroottable())) print("lacks " + name + "\n")
print("done\n")              // expect: done
