// Backtracking over three arrays of flags: all solutions of the n-queens problem, by a class with fields.

class Board {
    size = 0;
    columns = null;
    rising = null;
    falling = null;
    places = null;
    solutions = 0;
    checksum = 0;

    constructor(n) {
        size = n;
        columns = array(n, false);
        rising = array(2 * n, false);
        falling = array(2 * n, false);
        places = array(n, 0);
    }

    function place(row) {
        if (row == size) {
            solutions++;
            foreach (column in places) checksum = (checksum * 7 + column) & 0xffffff;
            return;
        }
        for (local column = 0; column < size; column++) {
            local up = row + column, down = row - column + size;
            if (columns[column] || rising[up] || falling[down]) continue;
            columns[column] = rising[up] = falling[down] = true;
            places[row] = column;
            place(row + 1);
            columns[column] = rising[up] = falling[down] = false;
        }
    }
}

local started = clock();
local boards = [];
foreach (size in [9, 10, 10, 11]) boards.append(Board(size));
foreach (board in boards) board.place(0);
local seconds = clock() - started;
foreach (board in boards) print(board.size + ": " + board.solutions + " checksum " + board.checksum + "\n");
print("inner " + seconds + "\n");
