// RE2 finds what needs going back, and knows what regexp does not: (?i), {n,m} of groups, non-greedy repetition.
// differs: the reference has no regexp2
print(regexp2("a*ab").match("aab") + "\n")               // expect: true
print(regexp2("(?i)HELLO").match("hello") + "\n")        // expect: true
print(regexp2("(ab){2,3}").match("abab") + "\n")         // expect: true
print(regexp2("a+?").search("aaa").end + "\n")           // expect: 1
