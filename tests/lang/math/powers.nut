// pow, exp, log, log10.
print(math.pow(2, 10) + " " + math.exp(0) + " " + math.log(1) + " " + math.log10(1000) + "\n")   // expect: 1024 1 0 3
print(math.pow(2, 0.5) + " " + math.exp(1) + "\n")   // expect: 1.41421 2.71828
