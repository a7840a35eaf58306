// Floating point in arrays: the spectral norm of an infinite matrix, by the power method.

function element(i, j) {
    return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1);
}

function multiply(vector, transposed) {
    local size = vector.len();
    local result = array(size);
    for (local i = 0; i < size; i++) {
        local sum = 0.0;
        if (transposed) {
            for (local j = 0; j < size; j++) sum += element(j, i) * vector[j];
        } else {
            for (local j = 0; j < size; j++) sum += element(i, j) * vector[j];
        }
        result[i] = sum;
    }
    return result;
}

function norm(size) {
    local u = array(size, 1.0), v = null;
    for (local i = 0; i < 5; i++) {
        v = multiply(multiply(u, false), true);
        u = multiply(multiply(v, false), true);
    }
    local uv = 0.0, vv = 0.0;
    for (local i = 0; i < size; i++) {
        uv += u[i] * v[i];
        vv += v[i] * v[i];
    }
    return math.sqrt(uv / vv);
}

local started = clock();
local result = norm(450);
local seconds = clock() - started;
print(format("norm %.6f\n", result));
print("inner " + seconds + "\n");
