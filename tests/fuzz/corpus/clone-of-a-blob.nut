local b = blob(32000000);
while (true) { clone b; b.tostring(); b.swap4(); }
