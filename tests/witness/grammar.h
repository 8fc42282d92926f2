// The grammar file that witness.py writes: trees of ABNF, read, turned into regular expressions,
// and walked to make sentences.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <re2/re2.h>

#include "ours.h"

// xorshift64*: the same sentences everywhere for the same seed.
class Random
{
  public:
    explicit Random(uint64_t seed) : state(seed * 0x9E3779B97F4A7C15u + 0x632BE59BD9B4E019u)
    {
        if (state == 0)
            state = 1;
    }
    uint32_t next();
    // 0 to n - 1; n is not 0
    uint32_t below(uint32_t n)
    {
        return uint32_t((uint64_t(next()) * n) >> 32);
    }
    bool one_in(uint32_t n)
    {
        return below(n) == 0;
    }

  private:
    uint64_t state;
};

struct Node {
    enum Kind { SET, CAT, ALT, REP, SWS } kind = CAT;
    std::array<uint64_t, 4> bits{}; // SET
    int min = 0, max = 0;           // REP; max -1: no end
    std::vector<int> parts;
    size_t shortest = SIZE_MAX; // octets of the shortest sentence
    bool recursive = false;     // it can hold itself, or something that can
    bool has(unsigned octet) const
    {
        return bits[octet / 64] >> (octet % 64) & 1;
    }
};

// A root of the grammar with its expression, compiled when first asked.
class Language
{
  public:
    Language(const class Grammar &grammar, int root) : root(root), grammar(grammar)
    {
    }
    bool takes(const std::string &text);
    const int root;

  private:
    const Grammar &grammar;
    std::unique_ptr<RE2> expression;
};

struct Production {
    std::string group, name;
    ours_judge judge = OURS_PIECE;
    int argument = 0;
    int printed = 0, reviewed = 0;
    std::map<std::string, int> without; // the reviewed root but for one row
};

// A row of differences.tsv that speaks of sentences.
struct Row {
    std::string id;
    bool ours_accepts;
    bool negated; // speaks of what the pattern does not match
    std::unique_ptr<RE2> name, pattern;
};

class Grammar
{
  public:
    explicit Grammar(const std::string &file); // throws std::runtime_error
    std::string expression(int root) const;
    std::string sentence(int root, Random &random) const;
    bool recursive(int root) const
    {
        return nodes[size_t(root)].recursive;
    }

    std::vector<Production> productions;
    std::vector<Row> rows;
    std::vector<std::string> words;

  private:
    void measure();
    bool octets(int n, std::array<uint64_t, 4> &bits) const;
    bool write(int n, std::string &out, std::vector<int> &open) const;
    void make(int n, std::string &out, Random &random, int depth) const;
    std::vector<Node> nodes;
};
