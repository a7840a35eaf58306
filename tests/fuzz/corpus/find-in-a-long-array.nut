local a = array(16000000, 1);
while (true) a.find(2);
