// What goes wrong with a sentence: octets and strings that mean something are lost, added, moved.
#include "mutate.h"

#include <algorithm>

void Mutator::mutate(std::string &text, const std::string &other)
{
    for (uint32_t n = 1 + random.below(3); n > 0; n--)
        step(text, other);
}

std::string Mutator::piece()
{
    static const char octets[] = "\0\t\n\r !\"#$%&'()*+,-./0129:;<=>?@AFGZ[\\]^_`afgz{|}~"
                                 "\x7F\x80\xA0\xC3\xE9\xF0\xFD\xFE\xFF";
    static const char *const joints[] = {
        "\r\n ", "\r\n", "\n ",     "\r ", "\r\n \r\n ", "::", "[::1]", "%41",  "%4",
        "\\\"",  "\"\"", "1.2.3.4", "256", "()",         "<>", ", ",    ";a=b", ";lr"};

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

size_t Mutator::stretch(const std::string &text, size_t at)
{
    size_t n = 1 + (random.one_in(3) ? random.below(8) : 0);
    return std::min(n, text.size() - at);
}

void Mutator::step(std::string &text, const std::string &other)
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
