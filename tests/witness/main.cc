// The witness: sentences of each production, as they are and broken, judged by sipsan and by the
// RFC's own ABNF; README.md tells the whole story.
//
//     witness --grammar FILE [--count N] [--seed S] [--group NAME] [--production NAME]
//             [--samples FILE] [--rows]
#include <cstdio>
#include <fstream>
#include <set>
#include <stdexcept>

#include "compare.h"

namespace
{

struct Options {
    std::string grammar, samples, group, production;
    uint64_t count = 2000, seed = 1;
    bool rows = false; // rows are counted, and one that explains nothing is told
};

std::string from_visible(const std::string &text)
{
    std::string out;

    for (size_t i = 0; i < text.size(); i++) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        switch (char c = text[++i]) {
        case 'r':
            out += '\r';
            break;
        case 'n':
            out += '\n';
            break;
        case 't':
            out += '\t';
            break;
        case 'x':
            out += char(std::stoi(text.substr(i + 1, 2), nullptr, 16));
            i += 2;
            break;
        default:
            out += c;
        }
    }
    return out;
}

Options read_options(int argc, char **argv)
{
    Options options;

    for (int i = 1; i < argc; i++) {
        std::string name = argv[i];
        if (name == "--rows") {
            options.rows = true;
            continue;
        }
        if (i + 1 == argc)
            throw std::runtime_error(name + " wants a value");
        std::string value = argv[++i];
        if (name == "--grammar")
            options.grammar = value;
        else if (name == "--samples")
            options.samples = value;
        else if (name == "--group")
            options.group = value;
        else if (name == "--production")
            options.production = value;
        else if (name == "--count")
            options.count = std::stoull(value);
        else if (name == "--seed")
            options.seed = std::stoull(value);
        else
            throw std::runtime_error("unknown option " + name);
    }
    return options;
}

// Sentences that people wrote: NAME, good or broken, text. Each production needs both.
bool check_samples(const Grammar &grammar, const Options &options, struct ours *ours)
{
    std::map<std::string, std::vector<std::pair<bool, std::string>>> samples;
    std::ifstream in(options.samples);
    std::string line;
    bool fine = true;
    size_t count = 0;
    RowCount row_count;

    if (!in)
        throw std::runtime_error("cannot read " + options.samples);
    while (std::getline(in, line)) {
        size_t tab = line.find('\t'), end = line.find('\t', tab + 1);
        if (line.empty() || line[0] == '#')
            continue;
        samples[line.substr(0, tab)].emplace_back(line.substr(tab + 1, end - tab - 1) == "good",
                                                  from_visible(line.substr(end + 1)));
    }
    for (const Production &production : grammar.productions) {
        if (!options.production.empty() && production.name != options.production)
            continue;
        Comparison comparison(grammar, production, ours, row_count, options.rows, options.seed);
        bool good = false, broken = false;
        for (const auto &[is_good, text] : samples[production.name]) {
            fine = comparison.sample(text, is_good) && fine;
            (is_good ? good : broken) = true;
            count++;
        }
        if (!good || !broken)
            printf("%s lacks a %s sentence\n", production.name.c_str(), good ? "broken" : "good");
        fine = fine && good && broken;
    }
    printf("self-test: %zu sentences of %zu productions%s\n", count, grammar.productions.size(),
           fine ? "" : ", FAILED");
    return fine;
}

bool compare_all(const Grammar &grammar, const Options &options, struct ours *ours)
{
    std::map<std::string, uint64_t> in_group, total;
    RowCount row_count;
    uint64_t open = 0;
    std::string group;

    auto wanted = [&](const Production &p) {
        return (options.group.empty() || p.group == options.group) &&
               (options.production.empty() || p.name == options.production);
    };
    for (const Production &p : grammar.productions)
        in_group[p.group] += wanted(p);
    printf("%-20s %9s %9s %9s %9s %9s\n", "production", "compared", "accepted", "rejected",
           "explained", "open");
    for (const Production &production : grammar.productions) {
        if (!wanted(production))
            continue;
        if (production.group != group)
            printf("[%s]\n", (group = production.group).c_str());
        Comparison comparison(grammar, production, ours, row_count, options.rows, options.seed);
        uint64_t wanted_here = (options.count + in_group[group] - 1) / in_group[group];
        while (comparison.compared() < wanted_here)
            comparison.run(wanted_here - comparison.compared());
        comparison.report();
        fflush(stdout);
        open += comparison.open;
        total[group] += comparison.compared();
    }
    printf("\ngroups:\n");
    for (const auto &[name, count] : total)
        printf("    %-18s %9llu\n", name.c_str(), (unsigned long long)count);
    printf("explained by the rows of differences.tsv:\n");
    for (const auto &[row, count] : row_count)
        printf("    %-28s %9llu\n", row.c_str(), (unsigned long long)count);
    bool idle = false;
    if (options.rows) {
        std::set<std::string> all;
        for (const Production &p : grammar.productions)
            for (const auto &[row, root] : p.without)
                all.insert(row);
        for (const Row &row : grammar.rows)
            all.insert(row.id);
        for (const std::string &row : all)
            if (!row_count.count(row)) {
                printf("    %-28s explains nothing\n", row.c_str());
                idle = true;
            }
    }
    printf("%llu unexplained\n", (unsigned long long)open);
    return open == 0 && !idle;
}

} // namespace

int main(int argc, char **argv)
{
    try {
        Options options = read_options(argc, argv);
        Grammar grammar(options.grammar);
        struct ours *ours = ours_open();
        bool fine = true;

        if (!ours)
            throw std::runtime_error("no memory");
        if (!options.samples.empty())
            fine = check_samples(grammar, options, ours);
        if (options.count > 0)
            fine = compare_all(grammar, options, ours) && fine;
        ours_close(ours);
        return fine ? 0 : 1;
    } catch (const std::exception &e) {
        fprintf(stderr, "witness: %s\n", e.what());
        return 2;
    }
}
