local first = {};
local a = first;
for (local i = 0; i < 100000; i++) { local b = {}; a.setdelegate(b); a = b; }
try { first.q; } catch (e) {}
try { first.q = 1; } catch (e) {}
"q" in first;
first = null;
