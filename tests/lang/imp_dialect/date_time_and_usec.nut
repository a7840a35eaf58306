// time and usec are there as well.
// differs: stock has neither
local d = date(1000000000)
print(d.time + " " + typeof d.usec + "\n")   // expect: 1000000000 integer
