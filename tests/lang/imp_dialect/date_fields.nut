// The fields of date(), and a fixed moment in UTC.
local d = date(1000000000)
print(d.year + "-" + d.month + "-" + d.day + " " + d.hour + ":" + d.min + ":" + d.sec + " " + d.wday + " " + d.yday + "\n")   // expect: 2001-8-9 1:46:40 0 251
