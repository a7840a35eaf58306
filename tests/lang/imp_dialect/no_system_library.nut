// Of the system library only time, date and clock exist.
foreach (name in ["getenv", "system", "remove", "rename"])
    if (name in getroottable()) print("has " + name + "\n")
print(typeof time() + " " + typeof date() + " " + typeof clock() + "\n")   // expect: integer table float
