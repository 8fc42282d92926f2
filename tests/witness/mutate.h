// Sentences with one to three things wrong, anywhere.
#pragma once

#include "grammar.h"

class Mutator
{
  public:
    Mutator(const std::vector<std::string> &words, Random &random) : words(words), random(random)
    {
    }

    // `other` is a sentence to take pieces from.
    void mutate(std::string &text, const std::string &other);

  private:
    std::string piece();
    size_t place(const std::string &text)
    {
        return random.below(uint32_t(text.size()) + 1);
    }
    size_t stretch(const std::string &text, size_t at);
    void step(std::string &text, const std::string &other);

    const std::vector<std::string> &words; // strings of the grammar
    Random &random;
};
