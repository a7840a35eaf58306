// break needs a loop or switch.
print("never\n")
break                        // expect compile error: 'break' has to be in a loop block
