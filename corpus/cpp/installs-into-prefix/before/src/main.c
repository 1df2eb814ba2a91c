#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ledger.h"

static void answer(int client, const char *body) {
    char head[128];
    int length = snprintf(head, sizeof head, "HTTP/1.0 200 OK\r\nContent-Length: %zu\r\n\r\n", strlen(body));
    write(client, head, (size_t)length);
    write(client, body, strlen(body));
}

int main(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8070)};
    int listener = socket(AF_INET, SOCK_STREAM, 0), again = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &again, sizeof again);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 8)) {
        perror("ledger");
        return 1;
    }
    for (;;) {
        char request[1024], body[4096];
        int client = accept(listener, NULL, NULL);
        if (client < 0) continue;
        read(client, request, sizeof request);
        balance(body, sizeof body);
        answer(client, body);
        close(client);
    }
}
