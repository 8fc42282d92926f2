// The witness: sentences of each production, as they are and broken, judged by sipsan and by the RFC's
// own ABNF; README.md tells the whole story.
//
//     witness --grammar FILE [--count N] [--seed S] [--group NAME] [--production NAME]
//             [--samples FILE] [--rows]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <set>
#include <stdexcept>

#include "grammar.h"

namespace {

constexpr int examples = 8; // of each production and side that are shown

struct Options {
    std::string grammar, samples, group, production;
    uint64_t count = 2000, seed = 1;
    bool rows = false; // a row that explains nothing is told
};

// How many sentences a row explained.
std::map<std::string, uint64_t> row_count;

// A number of its own for each name, the same everywhere (FNV-1a).
uint64_t number_of(const std::string &name)
{
    uint64_t n = 0xCBF29CE484222325u;

    for (unsigned char c : name)
        n = (n ^ c) * 0x100000001B3u;
    return n;
}

std::string visible(const std::string &text)
{
    std::string out;
    char hex[8];

    for (unsigned char c : text)
        if (c == '\r')
            out += "\\r";
        else if (c == '\n')
            out += "\\n";
        else if (c == '\t')
            out += "\\t";
        else if (c == '\\')
            out += "\\\\";
        else if (c < 0x20 || c > 0x7E)
            snprintf(hex, sizeof(hex), "\\x%02x", c), out += hex;
        else
            out += char(c);
    return out;
}

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

// One to three things go wrong, anywhere.
class Mutator {
public:
    Mutator(const std::vector<std::string> &words, Random &random) : words(words), random(random) {}

    void mutate(std::string &text, const std::string &other)
    {
        for (uint32_t n = 1 + random.below(3); n > 0; n--)
            step(text, other);
    }

private:
    std::string piece()
    {
        static const char octets[] = "\0\t\n\r !\"#$%&'()*+,-./0129:;<=>?@AFGZ[\\]^_`afgz{|}~"
                                     "\x7F\x80\xA0\xC3\xE9\xF0\xFD\xFE\xFF";
        static const char *const joints[] = {"\r\n ", "\r\n", "\n ", "\r ", "\r\n \r\n ", "::",
                                             "[::1]", "%41",  "%4",  "\\\"", "\"\"",        "1.2.3.4",
                                             "256",   "()",   "<>",  ", ",   ";a=b",        ";lr"};

        switch (random.below(8)) {
        case 0:
            return words[random.below(uint32_t(words.size()))];
        case 1:
            return joints[random.below(sizeof(joints) / sizeof(*joints))];
        case 2:
            return std::string(1, char(random.below(256)));
        default:
            return std::string(1, octets[random.below(sizeof(octets) - 1)]);
        }
    }

    size_t place(const std::string &text) { return random.below(uint32_t(text.size()) + 1); }

    size_t stretch(const std::string &text, size_t at)
    {
        size_t n = 1 + (random.one_in(3) ? random.below(8) : 0);
        return std::min(n, text.size() - at);
    }

    void step(std::string &text, const std::string &other)
    {
        size_t at = place(text), n = stretch(text, at), to = place(text);

        switch (random.below(7)) {
        case 0:
            text.erase(at, n);
            break;
        case 1:
        case 2:
            text.insert(at, piece());
            break;
        case 3:
            text.replace(at, n, piece());
            break;
        case 4: // say it twice, or somewhere else
            text.insert(to, text.substr(at, n));
            break;
        case 5:
            if (at + 1 < text.size())
                std::swap(text[at], text[at + 1]);
            break;
        default:
            if (!other.empty()) {
                size_t from = random.below(uint32_t(other.size()));
                text.insert(at, other.substr(from, stretch(other, from)));
            }
        }
    }

    const std::vector<std::string> &words;
    Random &random;
};

class Comparison {
public:
    Comparison(const Grammar &grammar, const Production &production, struct ours *ours, uint64_t seed)
        : grammar(grammar), production(production), ours(ours),
          random(seed ^ number_of(production.name)),
          mutator(grammar.words, random), printed(grammar, production.printed),
          reviewed(grammar, production.reviewed)
    {
        for (const auto &[row, root] : production.without)
            without.emplace(row, Language(grammar, root));
    }

    void run(uint64_t count)
    {
        std::string last;

        for (uint64_t i = 0; i < count; i++) {
            bool as_printed = random.one_in(4);
            std::string text =
                grammar.sentence(as_printed ? production.printed : production.reviewed, random);
            if (random.one_in(8)) {
                if (!(as_printed ? printed : reviewed).takes(text))
                    throw std::runtime_error("the witness rejects its own sentence " + visible(text));
            } else {
                std::string whole = text;
                mutator.mutate(text, last);
                last = whole;
            }
            compare(text);
        }
    }

    // Returns false after a report: the verdict is not the expected one, or sipsan's is another.
    bool sample(const std::string &text, bool good)
    {
        bool said = reviewed.takes(text);

        if (said != good)
            printf("witness %s %s, which is %s: %s\n", said ? "accepts" : "rejects",
                   production.name.c_str(), good ? "good" : "broken", visible(text).c_str());
        if (verdict(text) != said && !explained(text, said))
            printf("sipsan %s %s: %s\n", said ? "rejects" : "accepts", production.name.c_str(),
                   visible(text).c_str());
        return said == good && (verdict(text) == said || explained(text, said));
    }

    void report() const
    {
        printf("%-20s %9llu %9llu %9llu %9llu %9llu\n", production.name.c_str(),
               (unsigned long long)(accepted + rejected + by_rule + by_row + open),
               (unsigned long long)accepted, (unsigned long long)rejected,
               (unsigned long long)(by_rule + by_row), (unsigned long long)open);
        for (const std::string &line : shown)
            printf("    %s\n", line.c_str());
    }

    uint64_t accepted = 0, rejected = 0, by_rule = 0, by_row = 0, open = 0;

private:
    // Brackets nest deeper than the expression knows.
    bool too_deep(const std::string &text) const
    {
        return grammar.recursive(production.reviewed) &&
               std::count(text.begin(), text.end(), '(') > 11;
    }

    enum ours_verdict verdict_of(const std::string &text)
    {
        return ours_takes(ours, production.judge, production.argument, text.data(), text.size(),
                              &fault, &fault_at);
    }

    bool verdict(const std::string &text) { return verdict_of(text) == OURS_ACCEPTS; }

    const Row *explained(const std::string &text, bool said)
    {
        for (const Row &row : grammar.rows)
            if (row.ours_accepts != said && RE2::FullMatch(production.name, *row.name) &&
                RE2::FullMatch(text, *row.pattern) != row.negated)
                return &row;
        return nullptr;
    }

    void compare(const std::string &text)
    {
        if (too_deep(text))
            return;
        enum ours_verdict our = verdict_of(text);
        if (our == OURS_OTHER_HEADER)
            return;
        bool said = reviewed.takes(text);
        if ((our == OURS_ACCEPTS) != said) {
            if (const Row *row = explained(text, said)) {
                by_row++;
                row_count[row->id]++;
            } else {
                open++;
                show(text, said);
            }
        } else if (printed.takes(text) != said) {
            by_rule++;
            attribute(text, said);
        } else {
            (said ? accepted : rejected)++;
        }
    }

    // Which rows made the verdict of the reviewed grammar what it is?
    void attribute(const std::string &text, bool said)
    {
        bool one = false;

        for (auto &[row, language] : without)
            if (language.takes(text) != said) {
                row_count[row]++;
                one = true;
            }
        if (!one)
            row_count["(several at once)"]++;
    }

    bool disagree(const std::string &text, bool said)
    {
        enum ours_verdict our = verdict_of(text);
        return !too_deep(text) && our != OURS_OTHER_HEADER && (our == OURS_ACCEPTS) != said &&
               reviewed.takes(text) == said && !explained(text, said);
    }

    // The shortest and plainest text that shows the same.
    std::string shrink(std::string text, bool said)
    {
        std::string lower = text;

        for (char &c : lower)
            c = c >= 'A' && c <= 'Z' ? char(c + ('a' - 'A')) : c;
        if (disagree(lower, said))
            text = lower;
        for (size_t n = text.size() / 2; n > 0; n /= 2)
            for (size_t at = 0; at + n <= text.size();) {
                std::string less = text.substr(0, at) + text.substr(at + n);
                if (disagree(less, said))
                    text = less;
                else
                    at++;
            }
        for (size_t i = 0; i < text.size(); i++)
            for (char c : {'a', '1', ' '}) {
                std::string plain = text;
                if (text[i] == c)
                    break;
                plain[i] = c;
                if (disagree(plain, said)) {
                    text = plain;
                    break;
                }
            }
        return text;
    }

    void show(const std::string &text, bool said)
    {
        int &n = said ? shown_said : shown_not;

        if (n >= examples)
            return;
        std::string small = shrink(text, said);
        verdict(small);
        std::string line = (said ? "sipsan rejects (" + std::string(fault) + " at " +
                                       std::to_string(fault_at) + ") "
                                 : std::string("sipsan accepts ")) +
                           visible(small);
        if (std::find(shown.begin(), shown.end(), line) == shown.end()) {
            shown.push_back(line);
            n++;
        }
    }

    const Grammar &grammar;
    const Production &production;
    struct ours *ours;
    Random random;
    Mutator mutator;
    Language printed, reviewed;
    std::map<std::string, Language> without;
    std::vector<std::string> shown;
    int shown_said = 0, shown_not = 0;
    const char *fault = "";
    size_t fault_at = 0;
};

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
        Comparison comparison(grammar, production, ours, options.seed);
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
        Comparison comparison(grammar, production, ours, options.seed);
        uint64_t n = in_group[group];
        uint64_t done;
        do {
            comparison.run((options.count + n - 1) / n);
            done = comparison.accepted + comparison.rejected + comparison.by_rule +
                   comparison.by_row + comparison.open;
        } while (done < (options.count + n - 1) / n);
        comparison.report();
        fflush(stdout);
        open += comparison.open;
        total[group] += done;
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
