// Method dispatch: a hierarchy of classes with overridden, inherited and static members, and calls of the base class.

class Shape {
    static made = { count = 0 };
    name = "shape";
    scale = 1;

    constructor(factor) {
        scale = factor;
        made.count++;
    }

    function area() { return 0; }
    function size() { return area() * scale; }
    function grow(by) { scale += by; return this; }
    function describe() { return name + "/" + scale; }
}

class Rectangle extends Shape {
    name = "rectangle";
    width = 0;
    height = 0;

    constructor(w, h, factor) {
        base.constructor(factor);
        width = w;
        height = h;
    }

    function area() { return width * height; }
    function perimeter() { return 2 * (width + height); }
}

class Square extends Rectangle {
    name = "square";

    constructor(side, factor) {
        base.constructor(side, side, factor);
    }

    function size() { return base.size() + 1; }
    function perimeter() { return 4 * width; }
}

class Cube extends Square {
    name = "cube";

    function area() { return 6 * base.area(); }
    function perimeter() { return 3 * base.perimeter(); }
}

function measure(shapes, rounds) {
    local sum = 0;
    for (local i = 0; i < rounds; i++) {
        foreach (shape in shapes) {
            sum = (sum + shape.size()) & 0xffffff;
            if (shape instanceof Rectangle) sum += shape.perimeter();
            shape.grow(i % 3 - 1);
        }
    }
    return sum;
}

function make(count) {
    local sum = 0;
    for (local i = 0; i < count; i++) {
        local shape = i % 2 ? Square(i % 10, 1) : Rectangle(i % 7, i % 5, 2);
        sum = (sum + shape.size()) & 0xffffff;
    }
    return sum;
}

local shapes = [Shape(3), Rectangle(2, 3, 1), Square(4, 2), Cube(2, 1), Square(1, 5)];
local started = clock();
local sum = measure(shapes, 200000);
local made = make(200000);
local seconds = clock() - started;
print("sum " + sum + "\n");
print("made " + made + " of " + Shape.made.count + "\n");
foreach (shape in shapes) print(shape.describe() + "\n");
print("inner " + seconds + "\n");
