// An instance with _tostring is shown by it.
class E { function _tostring() { return "E text" } }
throw E()                    // expect error: E text
