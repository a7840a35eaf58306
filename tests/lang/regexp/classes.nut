// \d \w \s \a and their opposites.
print(regexp(@"\d+").search("ab12").begin + " " + regexp(@"\s").search("ab c").begin + " " + regexp(@"\W").search("ab-c").begin + "\n")   // expect: 2 2 2
print(regexp(@"\a+").match("abC") + " " + regexp(@"\D+").match("ab1") + " " + regexp(@"\l\u").match("aB") + "\n")   // expect: true false true
