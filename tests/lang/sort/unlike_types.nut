// Items that cannot be ordered throw.
[1, "x"].sort()              // expect error: comparison between '1' and 'x'
