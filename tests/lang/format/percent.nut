// %% is a percent sign.
print(format("100%%") + "\n")        // expect: 100%
