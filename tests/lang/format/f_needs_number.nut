// %f takes numbers only.
format("%f", "5")                    // expect error: float expected for the specified format
