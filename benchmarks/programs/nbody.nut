// Floating point in table slots: the planets' orbits, integrated step by step.

local PI = 3.14159265, YEAR = 365.24, SOLAR_MASS = 4.0 * PI * PI;

function body(x, y, z, vx, vy, vz, mass) {
    return {
        x = x, y = y, z = z,
        vx = vx * YEAR, vy = vy * YEAR, vz = vz * YEAR,
        mass = mass * SOLAR_MASS
    };
}

function planets() {
    return [
        body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
        body(4.84143144, -1.16032004, -0.10362204, 0.00166007664, 0.00769901118, -0.0000690460017, 0.000954791938),
        body(8.34336671, 4.12479856, -0.403523417, -0.00276742510, 0.00499852801, 0.0000230417297, 0.000285885980),
        body(12.8943695, -15.1111514, -0.223307579, 0.00296460137, 0.00237847173, -0.0000296589568, 0.0000436624404),
        body(15.3796971, -25.9193146, 0.179258772, 0.00268067772, 0.00162824170, -0.0000951592254, 0.0000515138902)
    ];
}

function offset(bodies) {
    local px = 0.0, py = 0.0, pz = 0.0;
    foreach (b in bodies) {
        px += b.vx * b.mass;
        py += b.vy * b.mass;
        pz += b.vz * b.mass;
    }
    bodies[0].vx = -px / SOLAR_MASS;
    bodies[0].vy = -py / SOLAR_MASS;
    bodies[0].vz = -pz / SOLAR_MASS;
}

function energy(bodies) {
    local e = 0.0;
    foreach (i, b in bodies) {
        e += 0.5 * b.mass * (b.vx * b.vx + b.vy * b.vy + b.vz * b.vz);
        for (local j = i + 1; j < bodies.len(); j++) {
            local c = bodies[j];
            local dx = b.x - c.x, dy = b.y - c.y, dz = b.z - c.z;
            e -= b.mass * c.mass / math.sqrt(dx * dx + dy * dy + dz * dz);
        }
    }
    return e;
}

function advance(bodies, dt) {
    local count = bodies.len();
    for (local i = 0; i < count; i++) {
        local b = bodies[i];
        for (local j = i + 1; j < count; j++) {
            local c = bodies[j];
            local dx = b.x - c.x, dy = b.y - c.y, dz = b.z - c.z;
            local square = dx * dx + dy * dy + dz * dz;
            local pull = dt / (square * math.sqrt(square));
            b.vx -= dx * c.mass * pull;
            b.vy -= dy * c.mass * pull;
            b.vz -= dz * c.mass * pull;
            c.vx += dx * b.mass * pull;
            c.vy += dy * b.mass * pull;
            c.vz += dz * b.mass * pull;
        }
    }
    foreach (b in bodies) {
        b.x += dt * b.vx;
        b.y += dt * b.vy;
        b.z += dt * b.vz;
    }
}

local bodies = planets();
offset(bodies);
print(format("energy %.6f\n", energy(bodies)));
local started = clock();
for (local step = 0; step < 75000; step++) advance(bodies, 0.01);
local seconds = clock() - started;
print(format("energy %.6f\n", energy(bodies)));
foreach (b in bodies) print(format("at %.4f %.4f %.4f\n", b.x, b.y, b.z));
print("inner " + seconds + "\n");
