// Judges sentences, counts, and shrinks what is not explained to the shortest text that shows it.
#include "compare.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

namespace
{

constexpr int examples = 8;     // of each production and side that are shown
constexpr int parentheses = 11; // as deep as expressions go

// A number of its own for each name, the same everywhere (FNV-1a).
uint64_t number_of(const std::string &name)
{
    uint64_t n = 0xCBF29CE484222325u;

    for (unsigned char c : name)
        n = (n ^ c) * 0x100000001B3u;
    return n;
}

} // namespace

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

Comparison::Comparison(const Grammar &grammar, const Production &production, struct ours *ours,
                       RowCount &row_count, bool rows, uint64_t seed)
    : grammar(grammar), production(production), ours(ours), row_count(row_count),
      random(seed ^ number_of(production.name)), mutator(grammar.words, random),
      printed(grammar, production.printed), reviewed(grammar, production.reviewed)
{
    for (const auto &[row, root] : production.without)
        if (rows)
            without.emplace(row, Language(grammar, root));
}

void Comparison::run(uint64_t count)
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

bool Comparison::sample(const std::string &text, bool good)
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

void Comparison::report() const
{
    printf("%-20s %9llu %9llu %9llu %9llu %9llu\n", production.name.c_str(),
           (unsigned long long)(accepted + rejected + by_rule + by_row + open),
           (unsigned long long)accepted, (unsigned long long)rejected,
           (unsigned long long)(by_rule + by_row), (unsigned long long)open);
    for (const std::string &line : shown)
        printf("    %s\n", line.c_str());
}

// Brackets nest deeper than the expression knows.
bool Comparison::too_deep(const std::string &text) const
{
    return grammar.recursive(production.reviewed) &&
           std::count(text.begin(), text.end(), '(') > parentheses;
}

enum ours_verdict Comparison::verdict_of(const std::string &text)
{
    return ours_takes(ours, production.judge, production.argument, text.data(), text.size(), &fault,
                      &fault_at);
}

const Row *Comparison::explained(const std::string &text, bool said) const
{
    for (const Row &row : grammar.rows)
        if (row.ours_accepts != said && RE2::FullMatch(production.name, *row.name) &&
            RE2::FullMatch(text, *row.pattern) != row.negated)
            return &row;
    return nullptr;
}

void Comparison::compare(const std::string &text)
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
        if (!attribute(text, said) && !without.empty())
            row_count["(several at once)"]++;
    } else {
        (said ? accepted : rejected)++;
        if (random.one_in(32))
            attribute(text, said); // two rows may make up for each other
    }
}

// Counts the rows without which the reviewed grammar would say otherwise; false when there is none.
bool Comparison::attribute(const std::string &text, bool said)
{
    bool some = false;

    for (auto &[row, language] : without)
        if (language.takes(text) != said) {
            row_count[row]++;
            some = true;
        }
    return some;
}

bool Comparison::disagree(const std::string &text, bool said)
{
    enum ours_verdict our = verdict_of(text);
    return !too_deep(text) && our != OURS_OTHER_HEADER && (our == OURS_ACCEPTS) != said &&
           reviewed.takes(text) == said && !explained(text, said);
}

// The shortest and plainest text that shows the same.
std::string Comparison::shrink(std::string text, bool said)
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

void Comparison::show(const std::string &text, bool said)
{
    int &n = said ? shown_said : shown_not;

    if (n >= examples)
        return;
    std::string small = shrink(text, said);
    verdict(small);
    std::string line =
        (said ? "sipsan rejects (" + std::string(fault) + " at " + std::to_string(fault_at) + ") "
              : std::string("sipsan accepts ")) +
        visible(small);
    if (std::find(shown.begin(), shown.end(), line) == shown.end()) {
        shown.push_back(line);
        n++;
    }
}
