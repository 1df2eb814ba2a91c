#include "scale.hpp"

#include <numeric>

double mean(const std::vector<double>& readings) {
    return readings.empty() ? 0 : std::accumulate(readings.begin(), readings.end(), 0.0) / readings.size();
}
