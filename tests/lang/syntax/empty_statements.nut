// Empty statements are allowed.
;;
if (true) ;
print("ok\n")                // expect: ok
