#include <fmt/core.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include "scale.hpp"

int main(int count, char** words) {
    std::vector<double> readings;
    for (int at = 1; at < count; ++at) readings.push_back(std::atof(words[at]));
    std::string unit = "?";
    std::ifstream("/opt/gauge/unit.txt") >> unit;
    double result = 0;
    std::thread([&] { result = mean(readings); }).join();
    fmt::print("{:.2f} {}\n", result, unit);
}
