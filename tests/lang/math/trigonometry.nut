// The trigonometric functions.
print(math.sin(0) + " " + math.cos(0) + " " + math.tan(0) + "\n")           // expect: 0 1 0
print(math.asin(1) + " " + math.acos(0) + " " + math.atan(1) + " " + math.atan2(1, -1) + "\n")   // expect: 1.5708 1.5708 0.785398 2.35619
