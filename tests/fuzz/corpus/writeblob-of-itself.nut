local b = blob(1);
while (true) { b.seek(0, 'e'); b.writeblob(b); }
