// A hundred thousand instances of a class with four fields.
class Point {
    x = 0;
    y = 0;
    name = null;
    weight = 1.5;

    constructor(px, py) {
        x = px;
        y = py;
    }
}

big <- [];
for (local i = 0; i < 100000; i++) big.append(Point(i, -i));
