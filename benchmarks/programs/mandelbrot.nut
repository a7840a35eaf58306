// Floating point in locals: escape times of the Mandelbrot set.

function escape(cr, ci, limit) {
    local zr = 0.0, zi = 0.0, n = 0;
    while (n < limit) {
        local rr = zr * zr, ii = zi * zi;
        if (rr + ii > 4.0) return n;
        zi = 2.0 * zr * zi + ci;
        zr = rr - ii + cr;
        n++;
    }
    return n;
}

function picture(width, height, limit) {
    local inside = 0, sum = 0;
    for (local y = 0; y < height; y++) {
        local ci = 2.0 * y / height - 1.0;
        for (local x = 0; x < width; x++) {
            local n = escape(3.0 * x / width - 2.0, ci, limit);
            if (n == limit) inside++;
            sum = (sum * 31 + n) & 0xffffff;
        }
    }
    return [inside, sum];
}

local started = clock();
local result = picture(360, 240, 250);
local seconds = clock() - started;
print("inside " + result[0] + "\n");
print("checksum " + result[1] + "\n");
print("inner " + seconds + "\n");
