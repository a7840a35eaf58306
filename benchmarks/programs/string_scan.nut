// Text taken apart: byte-wise scanning, find() and slice(), split(), strip() and conversion to numbers.

function request(i) {
    return "POST /devices/" + (1000 + i) + "/readings?unit=celsius&precision=" + (i % 4) + " HTTP/1.1\r\n"
        + "Host: agent.example.com\r\nContent-Type: text/plain\r\nContent-Length: " + (i % 97) + "\r\n"
        + "X-Trace: " + (i * 31 % 1009) + ";" + (i * 17 % 503) + ";" + (i * 7 % 211) + "\r\n\r\n"
        + "t=" + (i % 40) + ".5 ; h=" + (i % 100) + " ; p=" + (900 + i % 150) + "\n";
}

// Splits off the request line and the headers with find() and slice().
function parse_head(text) {
    local head = {}, start = 0, end = text.find("\r\n");
    head.line <- text.slice(0, end);
    while (true) {
        start = end + 2;
        end = text.find("\r\n", start);
        if (end == start) break;
        local colon = text.find(": ", start);
        head[text.slice(start, colon).tolower()] <- text.slice(colon + 2, end);
    }
    head.body <- text.slice(end + 2);
    return head;
}

// Splits the query with split().
function parse_query(line) {
    local query = {}, path = split(line, " ")[1], mark = path.find("?");
    foreach (pair in split(path.slice(mark + 1), "&")) {
        local parts = split(pair, "=");
        query[parts[0]] <- parts[1];
    }
    return query;
}

// Adds up all numbers of a text, reading it byte by byte.
function sum_numbers(text) {
    local sum = 0, value = 0, inside = false, length = text.len();
    for (local i = 0; i < length; i++) {
        local byte = text[i];
        if (byte >= '0' && byte <= '9') {
            value = value * 10 + byte - '0';
            inside = true;
        } else if (inside) {
            sum += value;
            value = 0;
            inside = false;
        }
    }
    return sum;
}

function count_words(text) {
    local words = 0, inside = false;
    foreach (byte in text) {
        switch (byte) {
            case ' ': case '\n': case '\r': case ';': case '=':
                inside = false;
                break;
            default:
                if (!inside) words++;
                inside = true;
        }
    }
    return words;
}

local sum = 0, words = 0, readings = 0.0, started = clock();
for (local i = 0; i < 12000; i++) {
    local text = request(i), head = parse_head(text), query = parse_query(head.line);
    sum += query.precision.tointeger() + head["content-length"].tointeger();
    foreach (part in split(head["x-trace"], ";")) sum += part.tointeger();
    foreach (reading in split(head.body, ";")) readings += split(strip(reading), "=")[1].tofloat();
    sum += sum_numbers(text);
    words += count_words(text);
}
local seconds = clock() - started;
print("sum " + sum + "\n");
print("words " + words + "\n");
print(format("readings %.1f\n", readings));
print("inner " + seconds + "\n");
