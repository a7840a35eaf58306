local a = array(16000000);
while (true) { a.insert(0, 1); a.remove(0); }
