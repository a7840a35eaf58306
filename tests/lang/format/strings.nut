// %s with width and precision.
print(format("[%s][%5s][%-5s][%.2s]", "abc", "abc", "abc", "abc") + "\n")   // expect: [abc][  abc][abc  ][ab]
