#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

int main(int count, char** words) {
    std::ofstream("/tmp/letter") << (count > 1 ? words[1] : "nothing");
    FILE* answer = popen("xz -9 -c /tmp/letter | xz -t -v 2>&1 && echo whole", "r");
    char line[256];
    while (answer && std::fgets(line, sizeof line, answer)) std::cout << line;
    return answer ? pclose(answer) : EXIT_FAILURE;
}
