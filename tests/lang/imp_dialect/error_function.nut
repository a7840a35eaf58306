// error() writes like print().
error("an error\n")          // expect: an error
