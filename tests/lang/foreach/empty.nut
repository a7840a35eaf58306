// Nothing runs for empty containers.
foreach (v in []) print("never\n")
foreach (v in {}) print("never\n")
foreach (v in "") print("never\n")
print("done\n")              // expect: done
