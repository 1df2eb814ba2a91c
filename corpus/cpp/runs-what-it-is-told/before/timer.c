#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **words) {
    int status;
    if (count < 2) return 2;
    if (fork() == 0) {
        execvp(words[1], words + 1);
        _exit(127);
    }
    wait(&status);
    printf("%s ended with %d\n", words[1], WEXITSTATUS(status));
    return 0;
}
