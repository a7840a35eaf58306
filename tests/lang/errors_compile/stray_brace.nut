// A closing brace without an opening one.
}                            // expect compile error: expression expected
