#include <stdio.h>
#include <stdlib.h>

int main(int count, char **words) {
    for (int at = count > 1 ? atoi(words[1]) : 0; at > 0; at--) printf("%d\n", at);
    return 0;
}
