// The rest of the body is skipped.
try {
    print("before\n")        // expect: before
    throw 1
    print("after\n")
} catch (e) {}
print("end\n")               // expect: end
