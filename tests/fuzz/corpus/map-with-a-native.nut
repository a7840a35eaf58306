array(16000000).map(type);
array(16000000, 3).reduce(math.pow);
array(16000000).apply(dummy);
array(16000000).filter(dummy);
