// Arrays: sort() with and without a comparator, a quicksort and a merge sort written in Squirrel.

function numbers(count) {
    local list = [], state = 42;
    for (local i = 0; i < count; i++) {
        state = (state * 1103515245 + 12345) & 0x7fffffff;
        list.append(state >> 8);
    }
    return list;
}

function checksum(list) {
    local sum = 0;
    foreach (i, value in list) sum = (sum * 31 + value + i) & 0xffffff;
    return sum;
}

function quicksort(list, low, high) {
    while (low < high) {
        local pivot = list[(low + high) / 2], i = low, j = high;
        while (i <= j) {
            while (list[i] < pivot) i++;
            while (list[j] > pivot) j--;
            if (i <= j) {
                local swapped = list[i];
                list[i++] = list[j];
                list[j--] = swapped;
            }
        }
        if (j - low < high - i) {
            quicksort(list, low, j);
            low = i;
        } else {
            quicksort(list, i, high);
            high = j;
        }
    }
}

function merge_sort(list) {
    if (list.len() < 2) return list;
    local middle = list.len() / 2;
    local left = merge_sort(list.slice(0, middle)), right = merge_sort(list.slice(middle));
    local result = [], i = 0, j = 0;
    while (i < left.len() && j < right.len()) {
        if (right[j] < left[i]) result.push(right[j++]);
        else result.push(left[i++]);
    }
    while (i < left.len()) result.push(left[i++]);
    while (j < right.len()) result.push(right[j++]);
    return result;
}

local started = clock();
local plain = numbers(40000);
plain.sort();
local compared = numbers(40000);
compared.sort(function(a, b) {
    if (a > b) return 1;
    if (a < b) return -1;
    return 0;
});
local records = numbers(20000).map(@(n) { key = n % 1000, name = "n" + n });
records.sort(@(a, b) a.key <=> b.key || a.name <=> b.name);
local quick = numbers(120000);
quicksort(quick, 0, quick.len() - 1);
local merged = merge_sort(numbers(40000));
local seconds = clock() - started;
print("plain " + checksum(plain) + "\n");
print("compared " + checksum(compared) + "\n");
print("records " + records[0].name + " " + records[10000].name + " " + records[19999].name + "\n");
print("quick " + checksum(quick) + "\n");
print("merged " + checksum(merged) + "\n");
print("inner " + seconds + "\n");
