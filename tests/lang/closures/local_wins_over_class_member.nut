// In a class body as well.
local x = "outer local"
class C {
    x = "member"
    function bare() { return x }
    function viaThis() { return this.x }
}
print(C().bare() + "\n")     // expect: outer local
print(C().viaThis() + "\n")  // expect: member
