local sizes = [2147483647, -2147483647 - 1, -1, 1e30, 1e38 * 10];
foreach (size in sizes) {
    try { array(size); } catch (e) {}
    try { blob(size); } catch (e) {}
    try { [1].resize(size); } catch (e) {}
    try { blob(1).resize(size); } catch (e) {}
    try { [1, 2].insert(size, 1); } catch (e) {}
    try { [1, 2].slice(size); } catch (e) {}
    try { "ab".slice(0, size); } catch (e) {}
    try { "ab".find("a", size); } catch (e) {}
    try { blob(4).seek(size); } catch (e) {}
    try { blob(4).readblob(size); } catch (e) {}
    try { format("%" + size + "d", 1); } catch (e) {}
}
