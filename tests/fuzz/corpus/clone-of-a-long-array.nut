local a = array(16000000, 1);
while (true) { clone a; a.slice(0); a.reverse(); }
