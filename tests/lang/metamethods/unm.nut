// Unary minus.
class V { function _unm() { return "negated" } }
print(-V() + "\n")           // expect: negated
