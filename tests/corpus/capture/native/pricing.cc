// Uncaught C++ exceptions and library assertions.
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>
struct PriceError : std::runtime_error { using std::runtime_error::runtime_error; };
int main(int, char **argv) {
    std::string how = argv[1];
    std::vector<int> prices{1, 2};
    if (how == "at") return prices.at(7);
    if (how == "throw") throw PriceError("no price for KET-1 in list 2026-Q4");
    if (how == "stoi") return std::stoi("KET-1");
    if (how == "fs") return (int)std::filesystem::file_size("/srv/shop/prices.csv");
    if (how == "index") return prices[how.size()];
    if (how == "optional") return std::optional<int>{}.value();
}
