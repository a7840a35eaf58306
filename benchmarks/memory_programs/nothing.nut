// An interpreter that has started and holds nothing: what the other programs of this folder are compared with.
