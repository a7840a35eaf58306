// All three kinds of comment.
# a hash comment runs to the end of the line
print(1 /* inside */ + 1 + "\n")   // expect: 2
/* over
   lines */
print("done\n") # after code       
// expect: done
