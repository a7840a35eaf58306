// _newmember sees every member of a derived class.
class A {
    function _newmember(name, value, attrs, isStatic) {
        print(name + "=" + value + " " + isStatic + "\n")
        rawnewmember(name, value, attrs, isStatic)
    }
}
class B extends A {
    x = 1                    // expect: x=1 false
    static y = 2             // expect: y=2 true
}
print(B().x + "\n")          // expect: 1
