#include <iostream>
#include <set>
#include <string>

int main() {
    std::set<std::string> words{"north", "east", "north"};
    std::cout << words.size() << std::endl;
}
