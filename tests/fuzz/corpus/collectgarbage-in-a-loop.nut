while (true) collectgarbage();
