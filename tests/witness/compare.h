// One production: sentences of it, sound and broken, judged by both sides.
#pragma once

#include "grammar.h"
#include "mutate.h"

// How many sentences each row of differences.tsv explained.
using RowCount = std::map<std::string, uint64_t>;

class Comparison
{
  public:
    Comparison(const Grammar &grammar, const Production &production, struct ours *ours,
               RowCount &row_count, bool rows, uint64_t seed);

    // Compares so many sentences; a few more or less may count.
    void run(uint64_t count);

    // A sentence that somebody wrote. False after a line about it: the witness says otherwise, or
    // sipsan does and no row explains it.
    bool sample(const std::string &text, bool good);

    // A line of the table and what is open.
    void report() const;

    uint64_t compared() const
    {
        return accepted + rejected + by_rule + by_row + open;
    }

    uint64_t accepted = 0, rejected = 0; // by both
    uint64_t by_rule = 0, by_row = 0;    // explained
    uint64_t open = 0;

  private:
    bool too_deep(const std::string &text) const;
    enum ours_verdict verdict_of(const std::string &text);
    bool verdict(const std::string &text)
    {
        return verdict_of(text) == OURS_ACCEPTS;
    }
    const Row *explained(const std::string &text, bool said) const;
    void compare(const std::string &text);
    bool attribute(const std::string &text, bool said);
    bool disagree(const std::string &text, bool said);
    std::string shrink(std::string text, bool said);
    void show(const std::string &text, bool said);

    const Grammar &grammar;
    const Production &production;
    struct ours *ours;
    RowCount &row_count;
    Random random;
    Mutator mutator;
    Language printed, reviewed;
    std::map<std::string, Language> without; // reviewed, but for one row
    std::vector<std::string> shown;
    int shown_said = 0, shown_not = 0;
    const char *fault = ""; // of sipsan's last verdict
    size_t fault_at = 0;
};

// Odd octets as \r \n \t \xHH, a backslash as two.
std::string visible(const std::string &text);
