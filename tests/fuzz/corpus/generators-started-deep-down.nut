function deep(n, g) { return n > 0 ? 1 + deep(n - 1, g) : resume g; }
function body(k) {
    yield 1;
    if (k > 0) {
        local h = body(k - 1);
        deep(29000, h);
        resume h;
    }
    yield 2;
}
local g = body(200);
deep(29000, g);
resume g;
