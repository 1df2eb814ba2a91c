#include "steps.h"

int steps(int height, int step) {
	return (height + step - 1) / step;
}
