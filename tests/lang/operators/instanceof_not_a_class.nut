// The right side must be a class.
5 instanceof 6               // expect error: cannot apply instanceof between a integer and a integer
