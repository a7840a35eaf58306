// A switch on strings with several labels for one body.
function kind(c) {
    switch (c) {
        case "a":
        case "e":
            return "vowel"
    }
    return "other"
}
print(kind("e") + " " + kind("x") + "\n")        // expect: vowel other
