#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8075)};
    int listener = socket(AF_INET, SOCK_STREAM, 0), again = 1, served = 0;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &again, sizeof again);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 8)) {
        perror("counter");
        return 1;
    }
    for (;;) {
        char request[1024], page[256] = "", answer[512];
        int client = accept(listener, NULL, NULL);
        if (client < 0) continue;
        read(client, request, sizeof request);
        FILE *greeting = fopen("pages/greeting.txt", "r");
        if (greeting) {
            if (!fgets(page, sizeof page, greeting)) page[0] = 0;
            fclose(greeting);
        }
        served++;
        int length = snprintf(answer, sizeof answer, "HTTP/1.0 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(page), page);
        write(client, answer, (size_t)length);
        close(client);
    }
}
