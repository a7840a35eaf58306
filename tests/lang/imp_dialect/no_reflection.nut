// The debugging functions are absent.
foreach (name in ["setroottable", "getconsttable", "setconsttable", "compilestring", "setdebughook", "seterrorhandler", "getstackinfos"])
    if (name in getroottable()) print("has " + name + "\n")
print("done\n")              // expect: done
