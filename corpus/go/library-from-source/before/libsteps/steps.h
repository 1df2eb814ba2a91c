int steps(int height, int step);
