select name from nodes;
