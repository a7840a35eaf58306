// The members of a test case as a test runner meets them.
class T {
    function setUp() {}
    function testOne() {}
    function testTwo() {}
    function tearDown() {}
}
foreach (k, v in T) print(k + " ")
print("\n")                  // expect: testTwo testOne setUp tearDown 
