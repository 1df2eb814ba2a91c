#include <stdio.h>
#include <string.h>
#include <zlib.h>

int main(int count, char **words) {
    unsigned char out[4096];
    uLongf size = sizeof out;
    const char *text = count > 1 ? words[1] : "";
    if (compress(out, &size, (const unsigned char *)text, strlen(text)) != Z_OK) return 1;
    printf("%zu -> %lu\n", strlen(text), size);
    return 0;
}
