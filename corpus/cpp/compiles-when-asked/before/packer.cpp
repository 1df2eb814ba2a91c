#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

int main(int count, char** words) {
    std::ofstream("/tmp/letter") << (count > 1 ? words[1] : "nothing");
    FILE* answer = popen("g++ -x c++ -o /tmp/letter.out /tmp/letter 2>&1 && /tmp/letter.out", "r");
    char line[256];
    while (answer && std::fgets(line, sizeof line, answer)) std::cout << line;
    return answer ? pclose(answer) : EXIT_FAILURE;
}
