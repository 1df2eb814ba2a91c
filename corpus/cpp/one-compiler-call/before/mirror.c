#include <stdio.h>
#include <string.h>

int main(int count, char **words) {
    const char *word = count > 1 ? words[1] : "";
    for (size_t at = strlen(word); at > 0; at--) putchar(word[at - 1]);
    putchar('\n');
    return 0;
}
