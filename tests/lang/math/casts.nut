// castf2i and casti2f reinterpret the bits.
print(castf2i(1.0) + " " + casti2f(1065353216) + "\n")   // expect: 1065353216 1
print(casti2f(castf2i(-2.5)) + "\n")                     // expect: -2.5
