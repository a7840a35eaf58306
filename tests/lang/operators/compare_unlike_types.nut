// Ordering a number and a string throws with both values.
1 < "x"                      // expect error: comparison between '1' and 'x'
